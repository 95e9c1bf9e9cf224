-- A refund that was removed stays as it was: what it says it gave back is no refund of its own.
SELECT o.order_id, o.location_id, o.status, o.total, o.own_refund, o.refunded_total,
    (o.pass_id = :pass_id AND o.updated_at = :now) AS written
FROM orders o
WHERE o.store_id = :store_id AND o.order_id {{template "in" "ids"}}
    AND NOT (o.status = {{removed}} AND o.refund_of IS NOT NULL)

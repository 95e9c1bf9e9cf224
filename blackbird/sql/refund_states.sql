-- What a refund or an exchange says it gave back is no refund of its own; one that was removed stays as it was.
SELECT o.order_id, o.location_id, o.status, o.total, o.refunded_total,
    CASE WHEN o.refund_of IS NULL THEN o.own_refund ELSE '0.00' END AS own_refund,
    (o.pass_id = :pass_id AND o.updated_at = :now) AS written
FROM orders o
WHERE o.store_id = :store_id AND o.order_id {{template "in" "ids"}}
    AND NOT (o.status = {{removed}} AND o.refund_of IS NOT NULL)

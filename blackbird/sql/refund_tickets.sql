SELECT r.refund_of, r.location_id, r.refund_of_location, r.own_refund, r.total, r.ordered_at
FROM orders r
WHERE r.store_id = :store_id AND r.refund_of {{template "in" "ids"}} AND r.status IN ({{givingBack}})
ORDER BY r.refund_of, r.ordered_at, r.order_id, r.location_id

SELECT r.order_serial
FROM orders r
WHERE r.store_id = :store_id AND r.refund_of {{template "in" "ids"}} AND r.status <> {{removed}}

SELECT DISTINCT o.customer_id
FROM orders o
WHERE o.store_id = :store_id AND o.customer_id {{template "in" "ids"}} AND o.status <> {{removed}}

INSERT INTO stage_due (customer_id, ordered_at, order_id, location_id)
SELECT COALESCE(o.customer_id, ''), o.ordered_at, o.order_id, o.location_id
FROM orders o
WHERE o.store_id = :store_id AND o.order_id {{template "in" "ids"}}
ON CONFLICT DO NOTHING

-- Those of the ids that an order has.
SELECT DISTINCT o.order_id FROM orders o WHERE o.store_id = :store_id AND o.order_id {{template "in" "ids"}}

SELECT o.order_id AS name, o.location_id AS location, o.order_serial AS serial
FROM orders o
WHERE o.store_id = :store_id AND o.order_serial {{template "in" "serials"}}

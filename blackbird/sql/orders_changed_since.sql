SELECT o.order_id AS name, o.location_id AS location
FROM orders o
WHERE o.store_id = :store_id AND o.order_id {{template "in" "ids"}}
    AND (o.pass_id > :since OR EXISTS (
        SELECT 1
        FROM customers c
        WHERE c.store_id = :store_id AND c.customer_id = o.customer_id AND c.first_pass_id > :since))

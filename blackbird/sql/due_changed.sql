INSERT INTO stage_due (customer_id, ordered_at, order_id, location_id)
SELECT COALESCE(o.customer_id, ''), o.ordered_at, o.order_id, o.location_id
FROM orders o
WHERE o.store_id = :store_id AND o.pass_id > :since AND o.pass_id <= :until
UNION
SELECT o.customer_id, o.ordered_at, o.order_id, o.location_id
FROM customers c
JOIN orders o ON o.store_id = :store_id AND o.customer_id = c.customer_id
WHERE c.store_id = :store_id AND c.first_pass_id > :since AND c.first_pass_id <= :until

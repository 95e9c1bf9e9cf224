SELECT o.order_id, o.customer_id, o.status, o.subtotal, o.total, o.refunded_total, o.ordered_at,
    (c.customer_id IS NOT NULL) AS known
FROM orders o
LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = o.customer_id
WHERE o.store_id = :store_id AND o.order_id > :after
ORDER BY o.order_id
LIMIT :limit

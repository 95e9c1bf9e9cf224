SELECT o.order_id, o.customer_id, o.status, o.subtotal, o.total, o.refunded_total, o.ordered_at,
    (c.customer_id IS NOT NULL) AS known
FROM (SELECT d.order_id FROM stage_due d WHERE d.order_id > :after ORDER BY d.order_id LIMIT :limit) d
JOIN orders o ON o.store_id = :store_id AND o.order_id = d.order_id
LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = o.customer_id
ORDER BY o.order_id

SELECT DISTINCT r.refund_of
FROM orders r
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = r.refund_of
WHERE r.store_id = :store_id AND r.refund_of IS NOT NULL AND o.order_id IS NULL

SELECT o.refund_of
FROM stage_orders s
JOIN orders o ON o.store_id = :store_id AND o.order_id = s.order_id
WHERE o.refund_of IS NOT NULL

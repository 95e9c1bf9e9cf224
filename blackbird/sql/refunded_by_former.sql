-- CROSS JOIN keeps the staged rows outermost on SQLite, so that orders are found by their key.
SELECT o.refund_of
FROM stage_orders s
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = s.order_id AND o.location_id = s.location_id
    AND o.refund_of IS NOT NULL

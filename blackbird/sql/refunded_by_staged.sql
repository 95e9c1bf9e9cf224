SELECT s.refund_of
FROM stage_orders s
WHERE s.refund_of IS NOT NULL
UNION ALL
SELECT s.order_id
FROM stage_orders s
CROSS JOIN orders r
WHERE r.store_id = :store_id AND r.refund_of = s.order_id AND r.status IN ({{givingBack}})

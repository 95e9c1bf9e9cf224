-- The ids that gone orders refund, and those of gone orders with refunds: these may refer to another location's now.
SELECT o.refund_of
FROM orders o
LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.location_id = o.location_id
WHERE o.store_id = :store_id AND o.refund_of IS NOT NULL AND o.status <> {{removed}} AND k.row_key IS NULL
UNION ALL
SELECT o.order_id
FROM orders o
JOIN orders r ON r.store_id = :store_id AND r.refund_of = o.order_id AND r.status IN ({{givingBack}})
LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.location_id = o.location_id
WHERE o.store_id = :store_id AND o.status <> {{removed}} AND k.row_key IS NULL

-- The ids that orders out of scope refund, and those of such orders with refunds: these may refer to another location's
-- now. CROSS JOIN keeps the staged rows outermost on SQLite,
-- so that orders are found by their key.
SELECT COALESCE(o.refund_of, o.order_id)
FROM stage_out_of_scope m
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = m.row_key AND o.location_id = m.location_id
    AND o.order_serial = m.serial
UNION ALL
SELECT m.row_key
FROM stage_out_of_scope m
CROSS JOIN orders r
WHERE r.store_id = :store_id AND r.refund_of = m.row_key AND r.status IN ({{givingBack}})

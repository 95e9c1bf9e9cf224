SELECT o.refund_of
FROM orders o
WHERE o.store_id = :store_id AND o.refund_of IS NOT NULL AND o.status <> 'removed'
    AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = o.order_id AND k.serial = o.order_serial)

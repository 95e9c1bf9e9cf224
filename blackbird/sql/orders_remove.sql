UPDATE orders
SET status = 'removed', pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND status <> 'removed'
    AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = orders.order_id AND k.serial = orders.order_serial)

UPDATE orders
SET status = 'removed', pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND status <> 'removed'
    AND (order_id, order_serial) IN (SELECT m.row_key, m.serial FROM stage_moved m)

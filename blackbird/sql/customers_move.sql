UPDATE customers
SET active = false, pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND active AND customer_id IN (SELECT m.row_key FROM stage_moved m)

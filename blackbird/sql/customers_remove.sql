UPDATE customers
SET active = false, pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND active
    AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = customers.customer_id)

SELECT c.customer_id
FROM customers c
WHERE c.store_id = :store_id AND c.active AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = c.customer_id)
ORDER BY c.customer_id
LIMIT :limit

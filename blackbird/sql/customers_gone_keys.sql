SELECT c.customer_id
FROM customers c
LEFT JOIN stage_keys k ON k.row_key = c.customer_id
WHERE c.store_id = :store_id AND c.active AND k.row_key IS NULL
ORDER BY c.customer_id
LIMIT :limit

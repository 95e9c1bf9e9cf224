SELECT count(*) AS live,
    COALESCE(sum(CASE WHEN k.row_key IS NULL THEN 1 ELSE 0 END), 0) AS gone
FROM customers c
LEFT JOIN (SELECT DISTINCT row_key FROM stage_keys) k ON k.row_key = c.customer_id
WHERE c.store_id = :store_id AND c.active

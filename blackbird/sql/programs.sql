SELECT version, effective_from, rules, first_pass_id, COALESCE(full_pass_id, 0) AS full_pass_id, created_at
FROM points_programs
WHERE store_id = :store_id
ORDER BY version

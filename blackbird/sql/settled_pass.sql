SELECT COALESCE(
    min(CASE WHEN status = 'running' AND stream IN ('customers', 'orders') THEN pass_id END) - 1,
    max(pass_id),
    0)
FROM passes
WHERE store_id = :store_id

SELECT pass_id AS id, stream, started_at, status, read
FROM passes
WHERE store_id = :store_id
ORDER BY pass_id DESC
LIMIT 1

SELECT pass_id AS id, started_at, message
FROM passes
WHERE store_id = :store_id AND stream = 'copy' AND status <> 'done'
ORDER BY pass_id DESC
LIMIT 1

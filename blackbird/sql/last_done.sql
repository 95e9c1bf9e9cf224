SELECT started_at, finished_at
FROM passes
WHERE store_id = :store_id AND stream = :stream AND status = :done AND mode IN ({{wholeStreamModes}})
ORDER BY pass_id DESC
LIMIT 1

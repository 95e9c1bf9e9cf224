SELECT COALESCE(s.clock, p.started_at)
FROM passes p
LEFT JOIN sources s ON s.store_id = :store_id AND s.stream = p.stream
WHERE p.store_id = :store_id AND p.stream = :stream AND p.status = :done AND p.mode IN ({{wholeStreamModes}})
ORDER BY p.pass_id DESC
LIMIT 1

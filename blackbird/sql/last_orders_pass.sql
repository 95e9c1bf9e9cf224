SELECT COALESCE(max(pass_id), 0)
FROM passes
WHERE store_id = :store_id AND stream = 'orders' AND status = 'done' AND mode IN ({{wholeStreamModes}})
    AND pass_id <= :until

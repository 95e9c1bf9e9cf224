SELECT read
FROM passes
WHERE store_id = :store_id AND stream = :stream AND pass_id = :pass_id AND started_at = :started_at{{template "for_share"}}

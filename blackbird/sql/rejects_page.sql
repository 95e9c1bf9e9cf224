SELECT stream, row_key, reason, detail, first_seen, last_seen, count(*) OVER () AS listed
FROM rejects
WHERE store_id = :store_id AND (:stream = '' OR stream = :stream)
ORDER BY stream, row_key
LIMIT :most

SELECT reason, count(*) AS rows
FROM rejects
WHERE store_id = :store_id AND stream = :stream
GROUP BY reason

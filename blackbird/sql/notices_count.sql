SELECT reason, count(*) AS rows
FROM rejects
WHERE store_id = :store_id AND stream = :stream AND reason IN ({{notices}})
GROUP BY reason

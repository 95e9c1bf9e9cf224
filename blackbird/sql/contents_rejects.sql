SELECT stream, reason, count(*) AS live
FROM rejects
WHERE store_id = :store_id
GROUP BY stream, reason

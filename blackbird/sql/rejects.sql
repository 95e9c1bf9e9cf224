SELECT row_key, reason, detail
FROM rejects
WHERE store_id = :store_id AND stream = :stream AND reason {{template "in" "reasons"}}
ORDER BY row_key

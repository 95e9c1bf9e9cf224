DELETE FROM rejects
WHERE store_id = :store_id AND stream = :stream AND row_key {{template "in" "keys"}} AND reason IN ({{notices}})

SELECT store_id
FROM sources
WHERE store_id <> :store_id AND system_identifier = :system_identifier AND system_identifier <> ''
    AND database_name = :database_name AND database_oid = :database_oid AND locations = :locations
ORDER BY store_id
LIMIT 1

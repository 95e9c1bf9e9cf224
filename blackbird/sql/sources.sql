SELECT stream, system_identifier, database_name, database_oid, locations, clock
FROM sources
WHERE store_id = :store_id
ORDER BY stream

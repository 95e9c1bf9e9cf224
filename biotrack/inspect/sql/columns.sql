SELECT CAST(a.attrelid AS bigint) AS table_oid,
    a.attname AS name,
    t.typname AS type_name,
    CAST(t.typcategory AS text) AS category
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = ANY (CAST($1 AS oid[])) AND a.attnum > 0 AND NOT a.attisdropped

SELECT c.relname AS table_name, a.attname AS column_name, t.typname AS type_name, CAST(t.typcategory AS text) AS category
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(c.oid)

SELECT t.typname AS type_name, CAST(t.typcategory AS text) AS category
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = 'pg_catalog' AND t.typname = ANY ($1)

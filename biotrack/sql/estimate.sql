SELECT CAST(GREATEST(c.reltuples, 0) AS bigint)
FROM pg_catalog.pg_class c
WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(c.oid)

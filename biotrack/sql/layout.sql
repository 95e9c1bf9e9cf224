{{/* A table has the system column xmin, a view only a column of that name that it selects. The index of a table that has
children, other than partitions, does not hold theirs. */ -}}
SELECT c.relname AS table_name,
    a.attname AS column_name,
    t.typname AS type_name,
    CAST(t.typcategory AS text) AS category,
    EXISTS (
        SELECT 1
        FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indnatts = 1
            AND i.indkey[0] = a.attnum
            AND (c.relkind = 'p' OR NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid))) AS is_unique
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    AND (a.attnum > 0 OR a.attname = 'xmin')
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_catalog.pg_table_is_visible(c.oid)

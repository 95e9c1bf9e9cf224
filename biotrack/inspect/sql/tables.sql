{{/* Every relation of our tables' names, whether the role can see it or not: the catalog is open to all. Row security
came with 9.5. */ -}}
SELECT CAST(c.oid AS bigint) AS oid,
    c.relname AS name,
    quote_ident(n.nspname) AS schema,
    CAST(c.reltuples AS bigint) AS rows,
    pg_table_is_visible(c.oid) AS visible,
    has_schema_privilege(n.oid, 'USAGE') AS schema_usable,
    quote_ident(n.nspname) = ANY (path.schemas)
        OR n.nspname = current_user AND '"$user"' = ANY (path.schemas) AS in_path,
    has_table_privilege(c.oid, 'SELECT') AS readable,
    {{if ge .Version 90500}}row_security_active(c.oid){{else}}false{{end}} AS row_security
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT regexp_split_to_array(current_setting('search_path'), ' *, *') AS schemas) path
WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname, c.relname

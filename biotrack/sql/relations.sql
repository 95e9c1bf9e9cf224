{{/* The relations that the transaction has locked so far, without the catalog's. No row of pg_attribute for a system
column is ever updated: its xmin is the relation's creation. */ -}}
SELECT CAST(c.oid AS text) || ' ' || CAST(c.relkind AS text) || COALESCE((
        SELECT ' ' || md5(CAST(r.ev_action AS text))
        FROM pg_catalog.pg_rewrite r
        WHERE r.ev_class = c.oid AND c.relkind = 'v' AND r.ev_type = '1'), '') AS id,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
    c.relkind = 'f' AS is_foreign,
    EXISTS (
        SELECT 1
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = -1 AND {{template "written_since.sql" "a"}}) AS new
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = current_database()
JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY c.oid

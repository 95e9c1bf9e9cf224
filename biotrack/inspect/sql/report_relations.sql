{{/* Each relation of our tables' names, and what it reads or consists of, as a JSON object each. Partitions came with 10,
row security with 9.5. */ -}}
WITH RECURSIVE found (oid) AS (
    SELECT c.oid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION
    SELECT next.oid
    FROM found f
    CROSS JOIN LATERAL (
        SELECT h.inhrelid
        FROM pg_catalog.pg_inherits h
        WHERE h.inhparent = f.oid
        UNION ALL
        SELECT d.refobjid
        FROM pg_catalog.pg_rewrite w
        JOIN pg_catalog.pg_depend d ON d.objid = w.oid AND d.classid = CAST('pg_catalog.pg_rewrite' AS regclass)
            AND d.refclassid = CAST('pg_catalog.pg_class' AS regclass)
        WHERE w.ev_class = f.oid) next (oid)
)
SELECT json_build_object(
    'name', c.relname, 'schema', n.nspname, 'kind', c.relkind, 'visible', pg_table_is_visible(c.oid),
    'estimated_rows', CAST(c.reltuples AS bigint), 'pages', c.relpages,
    'privileges', ARRAY(
        SELECT p
        FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
        WHERE has_table_privilege(c.oid, p)),
{{- if ge .Version 90500}}
    'row_security', c.relrowsecurity, 'rows_hidden', row_security_active(c.oid),
{{- end}}
{{- if ge .Version 100000}}
    'partitioned_by', pg_get_partkeydef(c.oid), 'partition', pg_get_expr(c.relpartbound, c.oid),
{{- end}}
    'parents', ARRAY(
        SELECT p.relname
        FROM pg_catalog.pg_inherits h
        JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
        WHERE h.inhrelid = c.oid
        ORDER BY h.inhseqno),
    'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
    'columns', ARRAY(
        SELECT json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
            'not_null', a.attnotnull)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum),
    'indexes', ARRAY(
        SELECT json_build_object('name', x.relname, 'definition', pg_get_indexdef(x.oid), 'primary', i.indisprimary,
            'valid', i.indisvalid)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid
        ORDER BY x.relname),
    'triggers', ARRAY(
        SELECT g.tgname
        FROM pg_catalog.pg_trigger g
        WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
        ORDER BY g.tgname))
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid IN (SELECT f.oid FROM found f)
ORDER BY n.nspname, c.relname

{{/* What does not change while a server runs. Control says that it shows its identifier, to this role. */ -}}
SELECT CAST(current_setting('server_version_num') AS integer) AS version,
    current_setting('server_encoding') AS encoding,
    d.datname AS database,
    CAST(d.oid AS bigint) AS database_oid,
    CAST(pg_postmaster_start_time() AS text) AS started,
    (
        SELECT count(CASE WHEN has_function_privilege(p.oid, 'EXECUTE') THEN 1 END) = 2
        FROM pg_catalog.pg_proc p
        WHERE p.proname IN ('pg_control_system', 'pg_control_checkpoint')
    ) AS control
FROM pg_catalog.pg_database d
WHERE d.datname = current_database()

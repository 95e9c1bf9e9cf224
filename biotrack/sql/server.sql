SELECT CAST(current_setting('server_version_num') AS integer) AS version,
    current_setting('server_encoding') AS encoding,
    d.datname AS database,
    CAST(d.oid AS bigint) AS database_oid,
    CAST(pg_postmaster_start_time() AS text) AS started
FROM pg_catalog.pg_database d
WHERE d.datname = current_database()

{{/* A read goes by UTC: the server's own time zone is the reset value. */ -}}
SELECT current_setting('server_version') AS version,
    pg_is_in_recovery() AS standby,
    (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'TimeZone') AS time_zone,
    current_setting('search_path') AS search_path,
    quote_ident(current_database()) AS database,
    r.rolname AS role_name,
    quote_ident(r.rolname) AS role,
    r.rolsuper AS superuser,
    concat_ws(' ', CASE WHEN r.rolcreaterole THEN 'NOCREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'NOCREATEDB' END,
        CASE WHEN r.rolreplication THEN 'NOREPLICATION' END) AS attributes
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user

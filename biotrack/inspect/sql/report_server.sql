{{/* What server this is, as one JSON object. A read makes settings of its own: what they would be without it is their
reset value. A session that is older than this process is a pooler's. */ -}}
SELECT json_build_object(
    'version', current_setting('server_version'),
    'encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate, 'ctype', d.datctype,
    'standby', pg_is_in_recovery(),
    'superuser', r.rolsuper,
    'session_seconds', (
        SELECT CAST(extract(epoch FROM now() - a.backend_start) AS bigint)
        FROM pg_stat_activity a
        WHERE a.pid = pg_backend_pid()),
    'settings', (
        SELECT json_object_agg(s.name, s.reset_val ORDER BY s.name)
        FROM pg_settings s
        WHERE s.name IN ('TimeZone', 'default_transaction_read_only', 'default_transaction_isolation', 'statement_timeout',
            'lock_timeout', 'idle_in_transaction_session_timeout', 'max_connections', 'shared_buffers', 'work_mem',
            'wal_level', 'fsync', 'full_page_writes', 'synchronous_commit', 'track_commit_timestamp', 'hot_standby_feedback',
            'max_standby_streaming_delay', 'row_security', 'jit', 'autovacuum')),
    'extensions', (SELECT json_agg(e.extname ORDER BY e.extname) FROM pg_catalog.pg_extension e))
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_roles r ON r.rolname = current_user
WHERE d.datname = current_database()

-- Sets up one read-only session. A setting that the server does not know (idle_in_transaction_session_timeout came with
-- 9.6, jit with 11, enable_memoize with 14, transaction_timeout with 17) has no row in pg_settings and is passed over.
-- Parallel workers and JIT would take cores from the till for no gain; to remember the customers of a page's tickets
-- costs more than to look them up again. A database in SQL_ASCII cannot convert its text, so there, and only there, its
-- bytes are asked for as they are.
SELECT set_config(s.name, wanted.value, false)
FROM (VALUES
    ('default_transaction_read_only', 'on'),
    ('statement_timeout', CAST($1 AS text)),
    ('lock_timeout', CAST($2 AS text)),
    ('idle_in_transaction_session_timeout', CAST($3 AS text)),
    ('transaction_timeout', CAST($1 AS text)),
    ('max_parallel_workers_per_gather', '0'),
    ('jit', 'off'),
    ('enable_memoize', 'off'),
    ('TimeZone', 'UTC'),
    ('bytea_output', 'hex'),
    ('standard_conforming_strings', 'on'),
    ('client_encoding', CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END)
) AS wanted (name, value)
JOIN pg_catalog.pg_settings s ON s.name = wanted.name

-- How long the oldest transaction of an application's sessions has been open, in milliseconds, and the modes of the locks on tables that
-- those sessions hold; $1 is the database, $2 the application's name.
SELECT CAST(COALESCE(max(EXTRACT(epoch FROM clock_timestamp() - a.xact_start)) * 1000, 0) AS double precision),
    COALESCE(string_agg(DISTINCT l.mode, ','), '')
FROM pg_stat_activity a
LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'relation' AND l.granted
WHERE a.datname = $1 AND a.application_name = $2

-- Ends the sessions of one installation that hold an advisory lock; $1 is the lock's key, $2 the installation's application name. A
-- 64-bit key stands in pg_locks as two halves.
SELECT count(pg_terminate_backend(a.pid))
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
    AND l.granted
    AND l.objsubid = 1
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND l.classid = CAST((CAST($1 AS bigint) >> 32) & 4294967295 AS oid)
    AND l.objid = CAST(CAST($1 AS bigint) & 4294967295 AS oid)
    AND a.application_name = $2
    AND a.application_name <> ''
    AND a.usename = current_user

-- Ends the sessions of one installation that hold an advisory lock. pg_locks has a 64-bit key in two halves.
SELECT count(pg_terminate_backend(a.pid))
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
    AND l.granted
    AND l.objsubid = 1
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND l.classid = CAST((CAST(:key AS bigint) >> 32) & 4294967295 AS oid)
    AND l.objid = CAST(CAST(:key AS bigint) & 4294967295 AS oid)
    AND a.application_name = :application
    AND a.application_name <> ''
    AND a.usename = current_user

-- Whether any session holds an advisory lock. It is looked up: to try the lock would be to hold it for a moment, and a
-- pass that came just then would be refused. pg_locks has a 64-bit key in two halves.
SELECT EXISTS (
    SELECT 1
    FROM pg_locks l
    WHERE l.locktype = 'advisory'
        AND l.granted
        AND l.objsubid = 1
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        AND l.classid = CAST((CAST(:key AS bigint) >> 32) & 4294967295 AS oid)
        AND l.objid = CAST(CAST(:key AS bigint) & 4294967295 AS oid))

-- Whether any session holds an advisory lock; $1 is the lock's key. A 64-bit key stands in pg_locks as two halves.
SELECT EXISTS (
    SELECT 1
    FROM pg_locks l
    WHERE l.locktype = 'advisory'
        AND l.granted
        AND l.objsubid = 1
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        AND l.classid = CAST((CAST($1 AS bigint) >> 32) & 4294967295 AS oid)
        AND l.objid = CAST(CAST($1 AS bigint) & 4294967295 AS oid))

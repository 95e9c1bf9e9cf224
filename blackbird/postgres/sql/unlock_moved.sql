-- Releases a lock, or, where a pooler has moved the connection away from the session that holds it, ends that session if
-- it is idle: nobody could release the lock otherwise.
SELECT CASE
    WHEN pg_advisory_unlock(:key) THEN pg_advisory_unlock_shared(:owner)
    ELSE (SELECT count(pg_terminate_backend(a.pid)) > 0 {{template "owners"}} AND a.state = 'idle')
END

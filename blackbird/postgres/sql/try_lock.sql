-- Takes a lock, and one beside it that says which installation has it. Where this very session of the server has the lock
-- already, a pooler lets several clients use it: no lock of it keeps them apart.
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM pg_locks l WHERE {{template "is_lock" "key"}} AND l.pid = pg_backend_pid()) THEN 'pooled'
    WHEN pg_try_advisory_lock(:key) AND pg_try_advisory_lock_shared(:owner) THEN 'locked'
    ELSE 'held'
END

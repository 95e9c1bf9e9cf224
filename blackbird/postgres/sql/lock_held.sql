-- Whether any session holds an advisory lock. It is looked up: to try the lock would be to hold it for a moment, and a
-- pass that came just then would be refused.
SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE {{template "is_lock" "key"}})

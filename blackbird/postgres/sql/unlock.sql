-- Releases a lock and the one beside it, if this session of the server holds them.
SELECT pg_advisory_unlock(:key) AND pg_advisory_unlock_shared(:owner)

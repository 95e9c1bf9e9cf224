-- Whether this session of the server holds the lock: it is granted again to its holder alone.
SELECT pg_try_advisory_xact_lock(:key)

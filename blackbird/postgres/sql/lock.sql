SELECT pg_advisory_lock(:key), pg_advisory_lock_shared(:owner)

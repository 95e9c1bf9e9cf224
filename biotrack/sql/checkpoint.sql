SELECT CAST(split_part(next_xid, ':', 1) AS bigint) * 4294967296 + CAST(split_part(next_xid, ':', 2) AS bigint)
FROM pg_control_checkpoint()

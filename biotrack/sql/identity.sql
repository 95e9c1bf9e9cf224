SELECT CAST(s.system_identifier AS text) AS system_identifier, c.timeline_id
FROM pg_control_system() s, pg_control_checkpoint() c

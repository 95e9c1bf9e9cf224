{{/* Right after a promotion the last checkpoint still names the old timeline. */ -}}
SELECT CAST(s.system_identifier AS text) AS system_identifier,
    CASE WHEN pg_is_in_recovery() THEN c.timeline_id
        ELSE CAST(CAST('x' || substr({{if ge .Version 100000}}pg_walfile_name(pg_current_wal_lsn())
            {{- else}}pg_xlogfile_name(pg_current_xlog_location()){{end}}, 1, 8) AS bit(32)) AS bigint)
    END AS timeline_id
FROM pg_control_system() s, pg_control_checkpoint() c

{{/* Which server this is and where it is. The log's position is read after the snapshot, so that all that the snapshot sees
as completed was logged before it. A standby replays only what its primary has flushed. PostgreSQL 9.4 and 9.5 do not show
what is flushed: there the WAL writer flushes whatever it writes. Right after a promotion the last checkpoint still names
the old timeline. Other statements of the transaction begin where the savepoint is: without locks. */ -}}
SAVEPOINT state;
SELECT now() AS clock,
    txid_snapshot_xmin(s.now) AS next,
    txid_snapshot_xmax(s.now) AS current,
    pg_is_in_recovery() AS standby,
{{- if ge .Version 100000}}
    CAST(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
        - '0/0' AS bigint) AS wal,
    CAST(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END
        - '0/0' AS bigint) AS flushed
{{- else}}
    CAST(CASE WHEN pg_is_in_recovery() THEN pg_last_xlog_replay_location() ELSE pg_current_xlog_insert_location() END
        - '0/0' AS bigint) AS wal,
    CAST(CASE WHEN pg_is_in_recovery() THEN pg_last_xlog_replay_location()
        ELSE {{if ge .Version 90600}}pg_current_xlog_flush_location(){{else}}pg_current_xlog_location(){{end}} END
        - '0/0' AS bigint) AS flushed
{{- end}}
{{- if .Control}},
    CAST(p.system_identifier AS text) AS system_identifier,
    CASE WHEN pg_is_in_recovery() THEN c.timeline_id
        ELSE CAST(CAST('x' || substr({{if ge .Version 100000}}pg_walfile_name(pg_current_wal_lsn())
            {{- else}}pg_xlogfile_name(pg_current_xlog_location()){{end}}, 1, 8) AS bit(32)) AS bigint)
    END AS timeline_id,
    CAST(split_part(c.next_xid, ':', 1) AS bigint) * 4294967296 + CAST(split_part(c.next_xid, ':', 2) AS bigint)
        AS checkpoint
{{- end}}
FROM (SELECT txid_current_snapshot() AS now) s
{{- if .Control}}, pg_control_system() p, pg_control_checkpoint() c{{end}}

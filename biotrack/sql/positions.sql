{{/* The log's position is read after the snapshot, so that all that the snapshot sees as completed was logged before it. A
standby replays only what its primary has flushed. PostgreSQL 9.4 and 9.5 do not show what is flushed: there the WAL
writer flushes whatever it writes. */ -}}
SELECT txid_snapshot_xmin(s.now) AS next,
    txid_snapshot_xmax(s.now) AS current,
    pg_is_in_recovery() AS standby,
    now() AS clock,
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
FROM (SELECT txid_current_snapshot() AS now) s

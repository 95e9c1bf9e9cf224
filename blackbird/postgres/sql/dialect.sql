-- What PostgreSQL says in its own way.

{{/* Compares with a list of texts, the parameter of a name. */}}
{{define "in"}}= ANY (:{{.}}){{end}}

{{/* How a staging table is emptied. */}}
{{define "on_commit"}} ON COMMIT DELETE ROWS{{end}}

{{define "timestamp"}}timestamptz{{end}}

{{define "decimal"}}numeric{{end}}

{{define "json"}}jsonb{{end}}

{{define "insert"}}INSERT{{end}}

{{/* Rows that are one parameter, called r. Its data is what records returns. */}}
{{define "records" -}}
json_to_recordset(CAST(:{{.Param}} AS json)) AS r (
{{- range $i, $c := .Columns}}{{if $i}}, {{end}}{{$c.Name}} {{$c.Type}}{{end}})
{{- end}}

{{/* Whether l of pg_locks is a granted advisory lock of this database with the parameter of a name as its key, which is
there in two halves. */}}
{{define "is_lock" -}}
l.locktype = 'advisory'
    AND l.granted
    AND l.objsubid = 1
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND l.classid = CAST((CAST(:{{.}} AS bigint) >> 32) & 4294967295 AS oid)
    AND l.objid = CAST(CAST(:{{.}} AS bigint) & 4294967295 AS oid)
{{- end}}

{{/* The sessions that hold a lock and the one beside it, which says that it is of this installation. The application's name
would not say so: behind a pooler it is the last client's. An installation without a name cannot tell its own. */}}
{{define "owners" -}}
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE {{template "is_lock" "key"}}
    AND l.pid IN (SELECT l.pid FROM pg_locks l WHERE {{template "is_lock" "owner"}})
    AND a.usename = current_user
    AND :application <> ''
{{- end}}

{{/* Makes a read wait for transactions that have written its rows. */}}
{{define "for_share"}} FOR SHARE{{end}}

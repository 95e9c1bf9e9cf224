-- What PostgreSQL says in its own way.

{{/* Compares with a list of texts, the parameter of a name. */}}
{{define "in"}}= ANY (:{{.}}){{end}}

{{/* How a staging table is emptied. */}}
{{define "on_commit"}} ON COMMIT DELETE ROWS{{end}}

{{define "timestamp"}}timestamptz{{end}}

{{define "insert"}}INSERT{{end}}

{{/* Rows that are one parameter, called r. Its data is what records returns. */}}
{{define "records" -}}
json_to_recordset(CAST(:{{.Param}} AS json)) AS r (
{{- range $i, $c := .Columns}}{{if $i}}, {{end}}{{$c.Name}} {{$c.Type}}{{end}})
{{- end}}

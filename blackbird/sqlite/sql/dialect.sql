-- What SQLite says in its own way.

{{/* Compares with a list of texts, the parameter of a name. */}}
{{define "in"}}IN (SELECT value FROM json_each(:{{.}})){{end}}

{{/* How a staging table is emptied: by each merge. */}}
{{define "on_commit"}}{{end}}

{{define "timestamp"}}text{{end}}

{{define "decimal"}}text{{end}}

{{define "json"}}text{{end}}

{{/* Any error undoes the whole transaction: this spares SQLite the memory to undo the statement alone. */}}
{{define "insert"}}INSERT OR ROLLBACK{{end}}

{{/* Rows that are one parameter, called r. Its data is what records returns. LIMIT keeps the planner from
reading them once for each row of a table that they are joined with. */}}
{{define "records" -}}
(SELECT {{range $i, $c := .Columns}}{{if $i}}, {{end}}value ->> '$.{{$c.Name}}' AS {{$c.Name}}{{end}}
    FROM json_each(:{{.Param}}) LIMIT -1) AS r
{{- end}}

{{/* Makes a read wait for transactions that have written its rows. */}}
{{define "for_share"}}{{end}}

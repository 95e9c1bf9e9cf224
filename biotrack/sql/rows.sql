{{/* Rows of a table in the order of its key: those with the keys $1, or a page. */ -}}
SELECT *
FROM {{.From .Table}} p
{{- if .ByKey}}
WHERE p.{{.Key}} = ANY (CAST($1 AS {{.KeyType}}[]))
{{- else}}
WHERE {{template "page.sql" .}}{{template "page_end.sql" .}}
{{- end}}

{{/* How many rows the index has, and how many of them come after a row whose key is greater: only texts have an order
that may change. */ -}}
{{- if eq .Key .Name -}}
SELECT count(k.key) AS indexed, count(CASE WHEN k.key < k.before THEN 1 END) AS misplaced
FROM (
    SELECT p.{{.Key}} AS key, lag(p.{{.Key}}) OVER (ORDER BY p.{{.Key}}) AS before
    FROM {{.From .Table}} p) k
{{- else -}}
SELECT count(p.{{.Key}}) AS indexed, 0 AS misplaced FROM {{.From .Table}} p
{{- end}}

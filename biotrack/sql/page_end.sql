{{/* Where a page ends: after $2 rows, and never between two rows of one key, as tables without a unique index may have
them. */ -}}
{{- if .Unique .Table .Key}}
ORDER BY p.{{.Key}}
LIMIT CAST($2 AS bigint)
{{- else}}
    AND p.{{.Key}} <= (
        SELECT max(k.{{.Key}})
        FROM (
            SELECT p.{{.Key}}
            FROM {{.From .Table}} p
            WHERE {{template "page.sql" .}}
            ORDER BY p.{{.Key}}
            LIMIT CAST($2 AS bigint)) k)
ORDER BY p.{{.Key}}
{{- end}}

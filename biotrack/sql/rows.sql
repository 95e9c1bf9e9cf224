{{/* Rows of a table in the order of its key: those with the keys $1, or up to $3 after the key $1, or from it on where
$2 says so, of the locations $4, all if NULL. Dated rows are those whose time is at or after $5 and before $6. */ -}}
SELECT *
FROM {{.From .Table}} p
{{- if .ByKey}}
WHERE p.{{.Key}} = ANY (CAST($1 AS {{.KeyType}}[]))
{{- else}}
WHERE p.{{.Key}} >= CAST($1 AS {{.KeyType}}) AND (p.{{.Key}} > CAST($1 AS {{.KeyType}}) OR CAST($2 AS boolean))
    AND (CAST($4 AS bigint[]) IS NULL OR {{.Col .Table "p" "location"}} = ANY ($4))
{{- if .Dated}}
    AND p.{{.Time}} >= CAST($5 AS bigint) AND p.{{.Time}} < CAST($6 AS bigint)
{{- end}}
ORDER BY p.{{.Key}}
LIMIT CAST($3 AS bigint)
{{- end}}

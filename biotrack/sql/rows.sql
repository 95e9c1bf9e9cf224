{{/* Rows of a table in the order of its key: those with the keys $1, or up to $2 after the key $1, from the first on if
NULL, of the locations $3, all if NULL. Dated rows are those whose time is at or after $4 and before $5. */ -}}
SELECT *
FROM {{.From .Table}} p
{{- if .ByKey}}
WHERE p.{{.Key}} = ANY (CAST($1 AS {{.KeyType}}[]))
{{- else}}
WHERE (CAST($1 AS {{.KeyType}}) IS NULL OR p.{{.Key}} > CAST($1 AS {{.KeyType}}))
    AND (CAST($3 AS bigint[]) IS NULL OR {{.Col .Table "p" "location"}} = ANY ($3))
{{- if .Dated}}
    AND {{.Epoch .Table "p" .Time}} >= CAST($4 AS bigint) AND {{.Epoch .Table "p" .Time}} < CAST($5 AS bigint)
{{- end}}
ORDER BY p.{{.Key}}
LIMIT CAST($2 AS bigint)
{{- end}}

{{/* Keys of a table in their order, as rows.sql selects them: each with the row's name in the store, and with the
serial that orders the rows of one name, 0 where the key is the name. */ -}}
SELECT record_out(ROW(CAST(p.{{.Key}} AS text), p.{{.Name}}, {{if eq .Key .Name}}0{{else}}p.{{.Key}}{{end}}))
FROM {{.From .Table}} p
WHERE p.{{.Key}} >= CAST($1 AS {{.KeyType}}) AND (p.{{.Key}} > CAST($1 AS {{.KeyType}}) OR CAST($2 AS boolean))
    AND (CAST($4 AS bigint[]) IS NULL OR {{.Col .Table "p" "location"}} = ANY ($4))
ORDER BY p.{{.Key}}
LIMIT CAST($3 AS bigint)

{{/* Keys of a table in their order, as rows.sql selects them: each with the row's name in the store, and with the
location in which the name is unique and the serial that orders the rows of one name, 0 where the key is the name. */ -}}
SELECT record_out(ROW(
    CAST(p.{{.Key}} AS text), p.{{.Name}}, {{if eq .Key .Name}}0, 0{{else}}{{.Col .Table "p" "location"}}, p.{{.Key}}{{end}}))
FROM {{.From .Table}} p
WHERE (CAST($1 AS {{.KeyType}}) IS NULL OR p.{{.Key}} > CAST($1 AS {{.KeyType}}))
    AND (CAST($3 AS bigint[]) IS NULL OR {{.Col .Table "p" "location"}} = ANY ($3))
ORDER BY p.{{.Key}}
LIMIT CAST($2 AS bigint)

{{/* Keys of a page of rows: each with the row's name in the store, and with the location in which the name is unique and
the serial that orders the rows of one name, 0 where the key is the name. */ -}}
SELECT record_out(ROW(
    CAST(p.{{.Key}} AS text), p.{{.Name}}, {{if eq .Key .Name}}0, 0{{else}}{{.Col .Table "p" "location"}}, p.{{.Key}}{{end}}))
FROM {{.From .Table}} p
WHERE {{template "page.sql" .}}{{template "page_end.sql" .}}

-- Rows as they are compared: the keys and the content, in the table's order, each row as one value.
SELECT CAST(ROW({{.KeysOf "t"}}{{range .Content}}, t.{{.Name}}{{end}}) AS text)
FROM {{.Name}} t
WHERE t.store_id = :store_id AND t.{{.Key}} {{template "in" "names"}}

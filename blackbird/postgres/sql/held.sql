-- Rows as they are compared: the key and the content, in the table's order, each row as one value.
SELECT CAST(ROW(t.{{.Key}}{{range .Content}}, t.{{.Name}}{{end}}) AS text)
FROM {{.Name}} t
WHERE t.store_id = :store_id AND t.{{.Key}} {{template "in" "keys"}}

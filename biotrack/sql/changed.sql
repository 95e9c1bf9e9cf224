SELECT CAST(p.{{.Key}} AS text)
FROM {{.From .Table}} p
WHERE {{template "written_since.sql" "p"}}
LIMIT $2

SELECT t.{{.Key}}
FROM {{.Name}} t
LEFT JOIN {{template "listed" .}}
WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL
ORDER BY t.{{.Key}}
LIMIT :limit

SELECT t.{{.Key}} AS row_key,
    {{if .Serial}}t.location_id, t.{{.Serial}} AS serial{{else}}0 AS location_id, 0 AS serial{{end}}
FROM {{.Name}} t
LEFT JOIN {{template "listed" .}}
WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL
ORDER BY {{.KeysOf "t"}}
LIMIT :limit

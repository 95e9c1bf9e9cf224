-- The live rows that were not listed; of one with a serial also whether its key is listed with another.
SELECT t.{{.Key}} AS row_key
{{- if .Serial}}, t.location_id, t.{{.Serial}} AS serial,
    (t.order_id, t.location_id) IN (SELECT n.row_key, n.location_id FROM stage_keys n) AS released
{{- end}}
FROM {{.Name}} t
LEFT JOIN {{template "listed" .}}{{if .Serial}} AND k.serial = t.{{.Serial}}{{end}}
WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL
ORDER BY {{.KeysOf "t"}}
LIMIT :limit

-- How many live rows there are, and how many of them are not among the keys that were listed, with their serials. A key
-- may be listed twice.
SELECT count(*) AS live, COALESCE(sum(CASE WHEN k.row_key IS NULL THEN 1 ELSE 0 END), 0) AS gone
FROM {{.Name}} t
LEFT JOIN {{if .Serial}}{{template "listed" .}} AND k.serial = t.{{.Serial}}
{{- else}}(SELECT DISTINCT row_key FROM stage_keys) k ON k.row_key = t.{{.Key}}{{end}}
WHERE t.store_id = :store_id AND {{template "live" .}}

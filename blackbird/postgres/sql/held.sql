-- Rows as they are compared: the keys and the content, in the table's order, each row as one value. Where there are
-- serials, a page of the source is a range of them; of one that was put together from everywhere, only as many rows are
-- read as pay. Others are looked up one by one: OFFSET keeps the planner from reading the whole table for each page.
{{- define "held_row"}}
SELECT CAST(ROW({{.KeysOf "t"}}{{range .Content}}, t.{{.Name}}{{end}}) AS text) AS held
FROM {{.Name}} t
WHERE t.store_id = :store_id
{{- end}}
{{if .Serial -}}
{{template "held_row" .}} AND t.{{.Serial}} BETWEEN :lowest AND :highest
LIMIT CAST(:most AS bigint)
{{- else -}}
SELECT r.held
FROM unnest(CAST(:names AS text[])) n (name)
CROSS JOIN LATERAL ({{template "held_row" .}} AND t.{{.Key}} = n.name OFFSET 0) r
{{- end}}

-- Of the ledger every line is live.
{{range tables -}}
SELECT '{{.Name}}' AS stream, count(*) AS live FROM {{.Name}} t WHERE t.store_id = :store_id AND {{template "live" .}}
UNION ALL
{{end -}}
SELECT 'products', count(*) FROM products WHERE store_id = :store_id AND on_menu
UNION ALL
SELECT 'points', count(*) FROM points_ledger WHERE store_id = :store_id

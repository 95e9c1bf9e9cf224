{{/* How many of the newest $2 lines were of each lot, and where it lies now. Its id is NULL if it is not there. */ -}}
SELECT s.product, s.lines, CAST({{.Col "inventory" "i" "id"}} AS text), i.roomdata,
    {{.Num "inventory" "i" "remainingweight"}}, CAST({{.Col "inventory" "i" "currentroom"}} AS bigint)
FROM (
    SELECT s.product, s.lot, count(*) AS lines
    FROM ({{template "newest_sales.sql" .}}) s
    GROUP BY s.product, s.lot
) s
LEFT JOIN {{.From "inventory"}} i ON {{.Col "inventory" "i" "id"}} = s.lot

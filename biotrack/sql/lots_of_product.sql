{{/* The lots of product $2, and why one may not be sold. */ -}}
SELECT CAST(i.productid AS bigint), i.roomdata, {{.Num "inventory" "i" "remainingweight"}},
    CAST({{.Col "inventory" "i" "currentroom"}} AS bigint), CAST({{.Col "inventory" "i" "id"}} AS text),
    {{template "lot_unsellable.sql" .}}
{{template "lots_filled.sql" .}}
    AND i.productid = $2
ORDER BY 5

{{/* The lots that may be sold. */ -}}
SELECT CAST(i.productid AS bigint), i.roomdata, {{.Num "inventory" "i" "remainingweight"}},
    CAST({{.Col "inventory" "i" "currentroom"}} AS bigint), NULL, NULL
{{template "lots_filled.sql" .}}
    AND {{template "lot_unsellable.sql" .}} IS NULL

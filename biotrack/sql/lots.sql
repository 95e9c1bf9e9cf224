{{/* The lots that may be sold. */ -}}
SELECT i.productid, i.roomdata, {{.Num "inventory" "i" "remainingweight"}}, {{.Col "inventory" "i" "currentroom"}}
{{template "lots_filled.sql" .}}
    AND {{template "lot_unsellable.sql" .}} IS NULL

{{/* The lots that may be sold. The server's own clock says what has expired, as it does at the till. A lot that holds nothing is left
out, as most of an old shop's are empty. */ -}}
SELECT i.productid, i.roomdata, {{.Num "inventory" "i" "remainingweight"}}, COALESCE(i.currentroom, 0)
FROM {{.From "inventory"}} i
WHERE i.productid IS NOT NULL
    AND COALESCE(i.deleted, 0) = 0
    AND COALESCE(i.transferredout, 0) = 0
    AND COALESCE({{.Col "inventory" "i" "seized" "0"}}, 0) = 0
    AND COALESCE({{.Col "inventory" "i" "is_sample" "0"}}, 0) = 0
    AND (COALESCE({{.Col "inventory" "i" "expiration" "0"}}, 0) = 0
        OR {{.Col "inventory" "i" "expiration" "0"}} > date_part('epoch', now()))
    AND (CAST($1 AS bigint[]) IS NULL OR COALESCE({{.Col "inventory" "i" "location" "1"}}, 1) = ANY ($1))
    AND (btrim(COALESCE(i.roomdata, ''), {{.Space}}) <> '' OR COALESCE(i.remainingweight, 0) <> 0)

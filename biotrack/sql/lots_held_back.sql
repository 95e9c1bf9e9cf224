{{/* The lots that hold something and may not be sold, by the first reason that holds. What is left of the lots is what lots.sql reads. */ -}}
SELECT held.reason, count(*)
FROM (
    SELECT CASE
        WHEN COALESCE(i.deleted, 0) <> 0 THEN 'deleted'
        WHEN COALESCE(i.transferredout, 0) <> 0 THEN 'transferred_out'
        WHEN COALESCE({{.Col "inventory" "i" "seized" "0"}}, 0) <> 0 THEN 'seized'
        WHEN COALESCE({{.Col "inventory" "i" "is_sample" "0"}}, 0) <> 0 THEN 'sample'
        WHEN COALESCE({{.Col "inventory" "i" "expiration" "0"}}, 0) <> 0
            AND {{.Col "inventory" "i" "expiration" "0"}} <= date_part('epoch', now()) THEN 'expired'
        WHEN i.productid IS NULL THEN 'no_product'
    END AS reason
    FROM {{.From "inventory"}} i
    WHERE (CAST($1 AS bigint[]) IS NULL OR COALESCE({{.Col "inventory" "i" "location" "1"}}, 1) = ANY ($1))
        AND (btrim(COALESCE(i.roomdata, ''), {{.Space}}) <> '' OR COALESCE(i.remainingweight, 0) <> 0)
) held
WHERE held.reason IS NOT NULL
GROUP BY held.reason

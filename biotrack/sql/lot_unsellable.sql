{{/* Why a lot may not be sold: the first reason that holds, NULL where it may be. The server's own clock says what has
expired, as it does at the till. */ -}}
CASE
    WHEN {{.Col "inventory" "i" "deleted"}} <> 0 THEN 'deleted'
    WHEN {{.Col "inventory" "i" "transferredout"}} <> 0 THEN 'transferred_out'
    WHEN {{.Col "inventory" "i" "dispensed"}} <> 0 THEN 'dispensed'
    WHEN {{.Col "inventory" "i" "seized"}} <> 0 THEN 'seized'
    WHEN {{.Col "inventory" "i" "is_sample"}} <> 0 THEN 'sample'
    WHEN {{.Col "inventory" "i" "expiration"}} <> 0
        AND {{.Epoch "inventory" "i" "expiration"}} <= date_part('epoch', now()) THEN 'expired'
    WHEN i.productid IS NULL THEN 'no_product'
END

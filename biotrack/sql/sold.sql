{{/* How often each quantity of a product was sold at one price, in the newest $2 lines. */ -}}
SELECT s.product, s.quantity, s.price, count(*)
FROM (
    SELECT CAST(l.productid AS bigint) AS product, {{.Num "sales" "l" "weight"}} AS quantity,
        {{.Num "sales" "l" "price"}} AS price, {{.Num "sales" "l" "price_post_discount"}} AS paid,
        {{.Col "sales" "l" "deleted"}} AS deleted, {{.Col "sales" "l" "refunded"}} AS refunded,
        {{.Col "sales" "l" "refticketid"}} AS refund_of
    FROM {{.From "sales"}} l
    WHERE CAST($1 AS bigint[]) IS NULL OR {{.AtLocations "sales" "l" "$1"}}
    ORDER BY l.id DESC
    LIMIT $2
) s
WHERE s.product IS NOT NULL AND s.quantity IS NOT NULL AND s.price IS NOT NULL
    AND s.deleted = 0 AND s.refunded = 0 AND s.refund_of = '' AND (s.paid IS NULL OR s.paid = s.price)
GROUP BY s.product, s.quantity, s.price

{{/* The newest $2 lines of sales of the locations $1, all if NULL, but for those that were voided or refunded, or that
refund another line. The lot is cast to the type that the inventory has it in, so that its primary key finds it. */ -}}
SELECT newest.*
FROM (
    SELECT CAST(l.id AS bigint) AS id, CAST(l.productid AS bigint) AS product,
        {{.Num "sales" "l" "weight"}} AS quantity, {{.Num "sales" "l" "price"}} AS price,
        {{.Differ "sales" "l" "price_post_discount" "price"}} AS discounted,
        {{.LotKey (.Col "sales" "l" "inventoryid")}} AS lot,
        {{.Col "sales" "l" "deleted"}} AS deleted, {{.Col "sales" "l" "refunded"}} AS refunded,
        {{.Col "sales" "l" "refticketid"}} AS refund_of
    FROM {{.From "sales"}} l
    WHERE CAST($1 AS bigint[]) IS NULL OR {{.AtLocations "sales" "l" "$1"}}
    ORDER BY l.id DESC
    LIMIT $2
) newest
WHERE newest.product IS NOT NULL AND newest.deleted = 0 AND newest.refunded = 0 AND newest.refund_of = ''

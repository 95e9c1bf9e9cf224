SELECT {{template "sum" "CASE WHEN balance > 0 THEN balance ELSE 0 END"}} AS points,
    count(CASE WHEN balance > 0 THEN 1 END) AS customers,
    {{template "sum" "CASE WHEN balance < 0 THEN balance ELSE 0 END"}} AS below_zero,
    count(CASE WHEN balance < 0 THEN 1 END) AS customers_below_zero
FROM points_balances
WHERE store_id = :store_id

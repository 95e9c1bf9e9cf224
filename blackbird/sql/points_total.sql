SELECT {{template "sum" "balance"}} FROM points_balances WHERE store_id = :store_id

-- Lifetime points are those that orders earned, net of what refunds took back.
INSERT INTO points_balances AS b (store_id, customer_id, balance, lifetime, updated_at)
SELECT :store_id, r.customer_id, r.points, r.lifetime, :now
FROM {{template "records" (records "changes" "customer_id" "text" "points" "bigint" "lifetime" "bigint")}}
WHERE true
{{template "add_to_balances"}}

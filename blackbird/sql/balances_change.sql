-- Lifetime points are those that orders earned, net of what refunds took back.
INSERT INTO points_balances AS b (store_id, customer_id, balance, lifetime, updated_at)
SELECT :store_id, r.customer_id, r.points, r.lifetime, :now
FROM {{template "records" (records "changes" "customer_id" "text" "points" "bigint" "lifetime" "bigint")}}
WHERE true
ON CONFLICT (store_id, customer_id) DO UPDATE
SET balance = {{template "changed" "balance"}},
    lifetime = {{template "changed" "lifetime"}},
    updated_at = excluded.updated_at

WITH {{template "summed"}}
INSERT INTO points_balances AS b (store_id, customer_id, balance, lifetime, updated_at)
SELECT :store_id, s.customer_id, s.points, s.earned, :now
FROM summed s
WHERE s.balance IS DISTINCT FROM s.points OR s.lifetime IS DISTINCT FROM s.earned
ON CONFLICT (store_id, customer_id) DO UPDATE
SET balance = excluded.balance, lifetime = excluded.lifetime, updated_at = excluded.updated_at

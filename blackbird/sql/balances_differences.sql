WITH {{template "summed"}}
SELECT s.customer_id, s.missing, s.balance IS DISTINCT FROM s.points AS balance_differs,
    s.lifetime IS DISTINCT FROM s.earned AS lifetime_differs
FROM summed s
WHERE s.balance IS DISTINCT FROM s.points OR s.lifetime IS DISTINCT FROM s.earned
ORDER BY s.customer_id
LIMIT :limit

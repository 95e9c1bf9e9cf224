WITH {{template "summed"}}
SELECT s.customer_id, s.missing, s.balance IS DISTINCT FROM s.points AS balance_differs,
    s.lifetime IS DISTINCT FROM s.earned AS lifetime_differs,
    CASE WHEN s.points BETWEEN -4000000000000000000 AND 4000000000000000000
            AND s.balance BETWEEN -4000000000000000000 AND 4000000000000000000
        THEN s.balance - s.points ELSE 0 END AS above
FROM summed s
WHERE s.balance IS DISTINCT FROM s.points OR s.lifetime IS DISTINCT FROM s.earned
ORDER BY s.customer_id
LIMIT :limit

-- What the ledger's lines add up to, by the moment at which a merge wrote them.
SELECT '' AS part, created_at AS at, kind, {{template "sum" "points"}} AS points
FROM points_ledger
WHERE store_id = :store_id AND points <> 0
GROUP BY created_at, kind, sign(points)
ORDER BY created_at

-- What the ledger's lines add up to by a part, before a moment and from it on. Lines without an order have no location.
SELECT part, min(created_at) AS at, kind, {{template "sum" "points"}} AS points
FROM (
    SELECT CASE WHEN :by = 'customer' THEN customer_id WHEN :by = 'kind' THEN kind WHEN location_id = 0 THEN ''
            ELSE CAST(location_id AS text) END AS part,
        created_at, created_at < :from AS before, kind, points
    FROM points_ledger
    WHERE store_id = :store_id AND points <> 0 AND created_at < :until
) l
GROUP BY part, before, kind, sign(points)
ORDER BY part

-- All that has changed some customers' balances, or is staged to, and the orders of theirs that have not.
SELECT l.customer_id, l.kind, l.points, COALESCE(o.ordered_at, l.effective_at) AS at,
    CASE WHEN o.customer_id = l.customer_id AND {{template "active"}} THEN 1 ELSE 0 END AS active,
    CASE WHEN l.source_kind <> {{order}} THEN l.source_id END AS source_id,
    CASE WHEN l.source_kind <> {{order}} THEN l.revision END AS revision
FROM (
    SELECT customer_id, source_kind, source_id, location_id, revision, kind, points, effective_at
    FROM points_ledger
    WHERE store_id = :store_id AND customer_id {{template "in" "customers"}}
    UNION ALL
    SELECT customer_id, source_kind, source_id, location_id, revision, kind, points, effective_at
    FROM stage_lines
    WHERE customer_id {{template "in" "customers"}}
) l
LEFT JOIN orders o ON o.store_id = :store_id AND l.source_kind = {{order}} AND o.order_id = l.source_id
    AND o.location_id = l.location_id
UNION ALL
SELECT o.customer_id, 'order', 0, o.ordered_at, 1, NULL, NULL
FROM orders o
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = o.customer_id AND l.source_kind = {{order}}
    AND l.source_id = o.order_id AND l.location_id = o.location_id
WHERE o.store_id = :store_id AND o.customer_id {{template "in" "customers"}} AND {{template "active"}}
    AND l.source_id IS NULL
ORDER BY 1

-- All that has changed some customers' balances, or is staged to, and the orders of theirs that have not.
SELECT l.customer_id, l.kind, l.points, COALESCE(o.ordered_at, l.created_at) AS at,
    CASE WHEN o.customer_id = l.customer_id AND o.status IN ({{sold}}) THEN 1 ELSE 0 END AS made,
    CASE WHEN o.order_id IS NULL THEN l.order_id END AS order_id,
    CASE WHEN o.order_id IS NULL THEN l.revision END AS revision,
    CASE WHEN o.order_id IS NULL THEN l.rule END AS rule
FROM (
    SELECT customer_id, order_id, location_id, revision, kind, points, rule, created_at
    FROM points_ledger
    WHERE store_id = :store_id AND customer_id {{template "in" "customers"}}
    UNION ALL
    SELECT customer_id, order_id, location_id, revision, kind, points, rule, created_at
    FROM stage_lines
    WHERE customer_id {{template "in" "customers"}}
) l
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = l.order_id AND o.location_id = l.location_id
UNION ALL
SELECT o.customer_id, 'order', 0, o.ordered_at, 1, NULL, NULL, NULL
FROM orders o
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = o.customer_id AND l.order_id = o.order_id
    AND l.location_id = o.location_id
WHERE o.store_id = :store_id AND o.customer_id {{template "in" "customers"}} AND o.status IN ({{sold}})
    AND l.order_id IS NULL
ORDER BY 1

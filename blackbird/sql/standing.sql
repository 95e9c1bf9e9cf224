-- All that has moved some customers' balances, and all orders that they have made.
SELECT l.customer_id, l.order_id, l.kind, l.revision, l.points, l.rule, l.created_at, o.ordered_at
FROM points_ledger l
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = l.order_id
WHERE l.store_id = :store_id AND l.customer_id IN (:customers)
UNION ALL
SELECT o.customer_id, o.order_id, 'order', 0, 0, '', o.ordered_at, o.ordered_at
FROM orders o
WHERE o.store_id = :store_id AND o.customer_id IN (:customers) AND o.status IN ('completed', 'partially_refunded', 'refunded')
ORDER BY 1, 2, 4

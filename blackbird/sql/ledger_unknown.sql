-- The lines of orders that the store does not have, line after line of each order.
SELECT l.source_id, l.location_id, l.customer_id, l.revision, l.points, l.terms, l.effective_at
FROM points_ledger l
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = l.source_id AND o.location_id = l.location_id
WHERE l.store_id = :store_id AND l.source_kind = {{order}} AND o.order_id IS NULL
ORDER BY l.source_id, l.location_id, l.revision

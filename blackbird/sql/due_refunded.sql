-- The orders that changed refunds refer to: when a refund was made counts for orders since. CROSS JOIN keeps what changed
-- outermost on SQLite.
INSERT INTO stage_due (customer_id, ordered_at, order_id, location_id)
SELECT COALESCE(o.customer_id, ''), o.ordered_at, o.order_id, o.location_id
FROM orders r
CROSS JOIN orders o
WHERE r.store_id = :store_id AND r.pass_id > :since AND r.pass_id <= :until AND r.refund_of IS NOT NULL
    AND o.store_id = :store_id AND o.order_id = r.refund_of
ON CONFLICT DO NOTHING

-- All other orders of the customers that have one listed, or that the ledger gave points for one. CROSS JOIN keeps what
-- there is little of outermost on SQLite, so that lines and orders are found by their key.
INSERT INTO stage_due (customer_id, ordered_at, order_id, location_id)
SELECT o.customer_id, o.ordered_at, o.order_id, o.location_id
FROM (
    SELECT d.customer_id FROM stage_due d WHERE d.customer_id <> ''
    UNION
    SELECT l.customer_id
    FROM stage_due d
    CROSS JOIN points_ledger l
    WHERE l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = d.order_id
        AND l.location_id = d.location_id
) c
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.customer_id = c.customer_id
ON CONFLICT DO NOTHING

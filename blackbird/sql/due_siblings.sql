-- All other orders of the customers that have one listed, or that the ledger gave points for one.
INSERT INTO stage_due (customer_id, ordered_at, order_id, location_id)
SELECT o.customer_id, o.ordered_at, o.order_id, o.location_id
FROM (
    SELECT d.customer_id FROM stage_due d WHERE d.customer_id <> ''
    UNION
    SELECT l.customer_id
    FROM stage_due d
    JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = d.order_id
        AND l.location_id = d.location_id
) c
JOIN orders o ON o.store_id = :store_id AND o.customer_id = c.customer_id
WHERE true
ON CONFLICT DO NOTHING

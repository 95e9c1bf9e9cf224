-- The customers of the orders that were listed, those whom the ledger gave points for one, those of staged lines, and
-- those who have points and no order of late.
SELECT c.customer_id
FROM (
    SELECT d.customer_id FROM stage_due d WHERE d.customer_id > :after
    UNION
    SELECT l.customer_id
    FROM stage_due d
    JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = d.order_id
        AND l.location_id = d.location_id
    WHERE l.customer_id > :after
    UNION
    SELECT s.customer_id FROM stage_lines s WHERE s.customer_id > :after
    UNION
    SELECT b.customer_id
    FROM points_balances b
    WHERE b.store_id = :store_id AND b.balance > 0 AND b.customer_id > :after
        AND NOT EXISTS (
            SELECT 1
            FROM orders o
            WHERE o.store_id = :store_id AND o.customer_id = b.customer_id AND o.ordered_at > :cutoff
                AND o.status IN ({{sold}}))
) c
ORDER BY c.customer_id
LIMIT :limit

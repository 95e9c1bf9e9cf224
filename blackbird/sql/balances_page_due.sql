-- The customers of the orders that were listed, those whom the ledger gave points for one, those of staged lines, those
-- whose points a person has adjusted since, and, where asked for, those who have points and were not active of late.
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
    SELECT l.customer_id
    FROM passes p
    JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{adjustment}}
        AND l.source_id = CAST(p.pass_id AS text)
    WHERE p.store_id = :store_id AND p.stream = :stream AND p.pass_id > :since AND p.mode = 'adjust'
        AND l.customer_id > :after
    UNION
    SELECT i.customer_id
    FROM (
        SELECT b.customer_id
        FROM points_balances b
        WHERE b.store_id = :store_id AND b.balance > 0 AND b.customer_id > :after AND CAST(:expires AS integer) = 1
            AND NOT EXISTS (
                SELECT 1
                FROM orders o
                WHERE o.store_id = :store_id AND o.customer_id = b.customer_id AND o.ordered_at >= :cutoff
                    AND {{template "active"}})
        ORDER BY b.customer_id
        LIMIT :limit
    ) i
) c
ORDER BY c.customer_id
LIMIT :limit

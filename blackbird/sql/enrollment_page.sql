-- The customers who may be owed enrollment points, or owe them, each with the lines that the ledger has of that: those
-- who came in passes between two passes over orders, who have changed, or whose orders have.
SELECT n.customer_id, n.pass_id, n.member_since, n.first_order, l.revision, l.points, l.terms, l.effective_at
FROM (
    SELECT c.customer_id, c.pass_id, c.member_since,
        (SELECT min(o.ordered_at)
            FROM orders o
            WHERE o.store_id = :store_id AND o.customer_id = c.customer_id AND o.status IN ({{sold}})) AS first_order
    FROM customers c
    WHERE c.store_id = :store_id AND c.customer_id > :after AND c.first_pass_id < :came_before
        AND (c.first_pass_id > :came_after OR c.pass_id > :since
            OR c.customer_id IN (SELECT d.customer_id FROM stage_balances d))
    ORDER BY c.customer_id
    LIMIT :limit
) n
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = n.customer_id
    AND l.source_kind = {{enrollment}} AND l.source_id = n.customer_id
ORDER BY n.customer_id, l.revision

-- The customers who may be owed enrollment points, each with the lines that the ledger has of that. A person is a
-- customer since the first pass that saw them, or since their first order.
SELECT n.customer_id, n.since, n.first_order, l.revision, l.points
FROM (
    SELECT c.customer_id, p.started_at AS since,
        (SELECT min(o.ordered_at)
            FROM orders o
            WHERE o.store_id = :store_id AND o.customer_id = c.customer_id) AS first_order
    FROM customers c
    LEFT JOIN passes p ON p.store_id = :store_id AND p.pass_id = c.first_pass_id
    WHERE c.store_id = :store_id AND c.customer_id > :after AND c.first_pass_id > :since AND c.first_pass_id <= :until
    ORDER BY c.customer_id
    LIMIT :limit
) n
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = n.customer_id
    AND l.source_kind = {{enrollment}} AND l.source_id = n.customer_id
ORDER BY n.customer_id, l.revision

-- As enrollment_page.sql, for all customers at once: read once, streamed, each row as one value. Grouped by bytes,
-- orders are sorted and not looked up one by one in the order of an index.
SELECT CAST(ROW(c.customer_id, c.pass_id, c.member_since, f.first_order, l.revision, l.points, l.terms, l.effective_at) AS text)
FROM customers c
LEFT JOIN (
    SELECT o.customer_id COLLATE "C" AS customer_id, min(o.ordered_at) AS first_order
    FROM orders o
    WHERE o.store_id = :store_id AND o.customer_id IS NOT NULL AND o.status IN ({{sold}})
    GROUP BY o.customer_id COLLATE "C"
) f ON f.customer_id = c.customer_id COLLATE "C"
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = c.customer_id
    AND l.source_kind = {{enrollment}} AND l.source_id = c.customer_id
WHERE c.store_id = :store_id AND c.first_pass_id < :came_before
ORDER BY c.customer_id COLLATE "C", l.revision

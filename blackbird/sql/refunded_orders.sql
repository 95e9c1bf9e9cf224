-- The orders of a customer of which something was given back, with the lines that the customer has of them, staged ones
-- included. CROSS JOIN keeps the lines outermost on SQLite, so that orders are found by their key.
SELECT o.order_id, o.customer_id, o.status, o.subtotal, o.tax, o.total,
    CASE WHEN o.refund_of IS NULL THEN o.own_refund ELSE '0.00' END AS own_refund, o.refunded_total,
    o.ordered_at, o.location_id, 1 AS known,
    l.customer_id, l.revision, l.pass_id, l.points, l.rate, l.multiplier, l.terms
FROM (
    SELECT customer_id, source_id, location_id, revision, pass_id, points, rate, multiplier, terms
    FROM points_ledger
    WHERE store_id = :store_id AND customer_id = :customer AND source_kind = {{order}}
    UNION ALL
    SELECT customer_id, source_id, location_id, revision, pass_id, points, rate, multiplier, terms
    FROM stage_lines
    WHERE customer_id = :customer AND source_kind = {{order}}
) l
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = l.source_id AND o.location_id = l.location_id
    AND o.customer_id = l.customer_id AND o.status IN ({{sold}}) AND o.refunded_total <> '0.00'
ORDER BY o.order_id, o.location_id, l.revision

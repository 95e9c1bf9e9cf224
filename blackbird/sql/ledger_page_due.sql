-- The customer and the time of an order are those of when it was listed: the next page begins there. An orders pass
-- that changes either meanwhile makes the order due again. CROSS JOIN keeps what was listed outermost on SQLite, so
-- that orders are found by their key.
SELECT d.order_id, d.customer_id, o.status, o.subtotal, o.tax, o.total,
    CASE WHEN o.refund_of IS NULL THEN o.own_refund ELSE '0.00' END, o.refunded_total,
    d.ordered_at, d.location_id,
    CASE WHEN c.customer_id IS NULL THEN 0 ELSE 1 END AS known,
    l.customer_id, l.revision, l.pass_id, l.points, l.rate, l.multiplier, l.terms
FROM (
    SELECT d.customer_id, d.ordered_at, d.order_id, d.location_id
    FROM stage_due d
    WHERE (d.customer_id, d.ordered_at, d.order_id, d.location_id) > (:customer, :at, :order, :location)
    ORDER BY d.customer_id, d.ordered_at, d.order_id, d.location_id
    LIMIT :limit
) d
CROSS JOIN orders o
LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = d.customer_id
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = o.order_id
    AND l.location_id = o.location_id
WHERE o.store_id = :store_id AND o.order_id = d.order_id AND o.location_id = d.location_id
ORDER BY d.customer_id, d.ordered_at, d.order_id, d.location_id, l.revision

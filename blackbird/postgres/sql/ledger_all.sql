-- One statement for all orders that have a customer, or ledger lines, sorted once, streamed as it is read, each row as
-- one value: by pages, each with its look-ups, it would cost three times as much. Bytes sort faster than words.
SELECT CAST(ROW(
    o.order_id, o.customer_id, o.status, o.subtotal, o.tax, o.total,
    CASE WHEN o.refund_of IS NULL THEN o.own_refund ELSE '0.00' END, o.refunded_total,
    o.ordered_at, o.location_id,
    CASE WHEN c.customer_id IS NULL THEN 0 ELSE 1 END,
    l.customer_id, l.revision, l.pass_id, l.points, l.rate, l.multiplier, l.terms) AS text)
FROM orders o
LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = o.customer_id
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = o.order_id
    AND l.location_id = o.location_id
WHERE o.store_id = :store_id
    AND (o.customer_id IS NOT NULL OR l.source_id IS NOT NULL)
    AND (CAST(:begins AS boolean) OR o.customer_id COLLATE "C" > CAST(:after AS text))
ORDER BY COALESCE(o.customer_id, '') COLLATE "C", o.ordered_at, o.order_id, o.location_id, l.revision

SELECT o.order_id, o.customer_id, o.status, o.subtotal, o.tax, o.total, o.own_refund, o.refunded_total, o.ordered_at,
    o.location_id, o.known, l.customer_id, l.revision, l.pass_id, l.points, l.rate, l.multiplier, l.terms
FROM (
    SELECT p.order_id, p.customer_id, p.status, p.subtotal, p.tax, p.total,
        CASE WHEN p.refund_of IS NULL THEN p.own_refund ELSE '0.00' END AS own_refund, p.refunded_total,
        p.ordered_at, p.location_id, CASE WHEN c.customer_id IS NULL THEN 0 ELSE 1 END AS known
    FROM orders p
    LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = p.customer_id
    WHERE p.store_id = :store_id AND p.customer_id IS NOT NULL AND p.customer_id >= :customer
        AND (p.customer_id, p.ordered_at, p.order_id, p.location_id) > (:customer, :at, :order, :location)
    ORDER BY p.customer_id, p.ordered_at, p.order_id, p.location_id
    LIMIT :limit
) o
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = o.order_id
    AND l.location_id = o.location_id
ORDER BY o.customer_id, o.ordered_at, o.order_id, o.location_id, l.revision

-- Run at a store whose ledger is filled: every order calculated again, and a line for each that the ledger differs from.
WITH held AS (
    SELECT l.store_id, l.order_id, l.location_id, sum(l.points) AS points, max(l.revision) AS revision
    FROM points_ledger l
    WHERE l.store_id = 'default'
    GROUP BY l.store_id, l.order_id, l.location_id
), due AS (
    SELECT o.store_id, o.customer_id, o.order_id, o.location_id, o.ordered_at, o.total - o.refunded_total AS net, h.revision,
        CASE WHEN c.customer_id IS NOT NULL AND o.status IN ('completed', 'partially_refunded')
            THEN greatest(CAST(floor(o.total - o.refunded_total + 0.5) AS bigint), 0) ELSE 0 END - COALESCE(h.points, 0) AS points
    FROM orders o
    LEFT JOIN customers c ON c.store_id = o.store_id AND c.customer_id = o.customer_id
    LEFT JOIN held h ON h.store_id = o.store_id AND h.order_id = o.order_id AND h.location_id = o.location_id
    WHERE o.store_id = 'default'
), lines AS (
    INSERT INTO points_ledger (store_id, customer_id, order_id, location_id, revision, kind, points, basis_amount, rate, multiplier, rule,
        pass_id, created_at, source_kind, source_id, effective_at, terms)
    SELECT d.store_id, d.customer_id, d.order_id, d.location_id, COALESCE(d.revision, 0) + 1, 'correction', d.points, d.net, 1, 1, 'total', 1, now(), 'order', d.order_id, d.ordered_at,
        '{"basis": "total", "rate": "1", "multiplier": "1"}'
    FROM due d
    WHERE d.points <> 0
    RETURNING store_id, customer_id, points
)
INSERT INTO points_balances AS b (store_id, customer_id, balance, lifetime, updated_at)
SELECT l.store_id, l.customer_id, sum(l.points), sum(l.points), now()
FROM lines l
GROUP BY l.store_id, l.customer_id
ON CONFLICT (store_id, customer_id) DO UPDATE
SET balance = b.balance + excluded.balance, lifetime = b.lifetime + excluded.lifetime, updated_at = excluded.updated_at;

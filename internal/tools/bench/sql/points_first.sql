-- Run at a store whose ledger is empty: the whole ledger and all balances in one statement. What earns nothing has a line too.
WITH due AS (
    SELECT o.store_id, o.customer_id, o.order_id, o.location_id, o.ordered_at, o.total - o.refunded_total AS net,
        greatest(CAST(floor(o.total - o.refunded_total + 0.5) AS bigint), 0) AS points
    FROM orders o
    JOIN customers c ON c.store_id = o.store_id AND c.customer_id = o.customer_id
    WHERE o.store_id = 'default' AND o.status IN ('completed', 'partially_refunded', 'refunded')
), lines AS (
    INSERT INTO points_ledger (store_id, customer_id, order_id, location_id, revision, kind, points, basis_amount, rate, multiplier, rule,
        pass_id, created_at, source_kind, source_id, effective_at, terms)
    SELECT d.store_id, d.customer_id, d.order_id, d.location_id, 1, 'award', d.points, d.net, 1, 1, 'total', 1, now(), 'order', d.order_id, d.ordered_at,
        '{"basis": "total", "rate": "1", "multiplier": "1"}'
    FROM due d
    RETURNING store_id, customer_id, points
)
INSERT INTO points_balances (store_id, customer_id, balance, lifetime, updated_at)
SELECT l.store_id, l.customer_id, sum(l.points), sum(l.points), now()
FROM lines l
GROUP BY l.store_id, l.customer_id;

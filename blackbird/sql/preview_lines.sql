-- The lines of the ledger that count from a moment on, and the orders that were sold since.
SELECT effective_at AS at, 0 AS orders, points
FROM points_ledger
WHERE store_id = :store_id AND points <> 0 AND effective_at >= :from
UNION ALL
SELECT ordered_at, 1, 0
FROM orders
WHERE store_id = :store_id AND status IN ({{sold}}) AND ordered_at >= :from

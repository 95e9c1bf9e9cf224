-- The newest lines of a customer, newest first, each with what all lines up to it add up to.
SELECT order_id, location_id, revision, kind, points, basis_amount, rate, multiplier, rule, pass_id, created_at,
    CAST(sum(points) OVER (ORDER BY pass_id, created_at, order_id, location_id, revision) AS bigint) AS running
FROM points_ledger
WHERE store_id = :store_id AND customer_id = :customer_id
ORDER BY pass_id DESC, created_at DESC, order_id DESC, location_id DESC, revision DESC
LIMIT :most

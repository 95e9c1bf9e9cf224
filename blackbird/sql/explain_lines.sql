-- An order's lines, each with what its customer held of the order after it.
SELECT customer_id, order_id, location_id, source_kind, source_id, revision, kind, points, basis_amount, rate,
    multiplier, rule, terms, effective_at, pass_id, created_at,
    CAST(sum(points) OVER (PARTITION BY customer_id, location_id ORDER BY revision) AS bigint) AS running
FROM points_ledger
WHERE store_id = :store_id AND source_kind = {{order}} AND source_id = :order_id
ORDER BY location_id, revision

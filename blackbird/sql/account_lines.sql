-- The newest lines of a customer by the times from which their points count, newest first, each with what all lines up to
-- it add up to. That stops short of what 64 bits hold, as the fragment sum does.
SELECT order_id, location_id, source_kind, source_id, revision, kind, points, basis_amount, rate, multiplier, rule,
    terms, effective_at, pass_id, created_at,
    CAST(CASE WHEN abs(sum(points / 1000000) OVER w) < 9200000000000
        THEN sum(points / 1000000) OVER w * 1000000 + sum(points % 1000000) OVER w
        ELSE sign(sum(points / 1000000) OVER w) * 9200000000000000000 END AS bigint) AS running
FROM points_ledger
WHERE store_id = :store_id AND customer_id = :customer_id
WINDOW w AS (ORDER BY effective_at, pass_id, created_at, source_kind, source_id, location_id, revision)
ORDER BY effective_at DESC, pass_id DESC, created_at DESC, source_kind DESC, source_id DESC, location_id DESC,
    revision DESC
LIMIT :most

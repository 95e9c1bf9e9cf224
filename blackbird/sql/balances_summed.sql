WITH summed AS (
    SELECT COALESCE(b.customer_id, l.customer_id) AS customer_id, b.customer_id IS NULL AS missing,
        b.balance, b.lifetime, COALESCE(l.points, 0) AS points, COALESCE(l.earned, 0) AS earned
    FROM (SELECT customer_id, balance, lifetime FROM points_balances WHERE store_id = :store_id) b
    FULL JOIN (
        SELECT customer_id, CAST(sum(points) AS bigint) AS points,
            CAST(sum(CASE WHEN kind IN (:kinds_without_order) THEN 0 ELSE points END) AS bigint) AS earned
        FROM points_ledger
        WHERE store_id = :store_id
        GROUP BY customer_id
    ) l ON l.customer_id = b.customer_id
)

-- The next customers who have a balance, or staged lines.
SELECT customer_id
FROM (
    SELECT customer_id
    FROM points_balances
    WHERE store_id = :store_id AND customer_id > :after
    ORDER BY customer_id
    LIMIT :limit
) b
UNION
SELECT customer_id
FROM (SELECT DISTINCT customer_id FROM stage_lines WHERE customer_id > :after ORDER BY customer_id LIMIT :limit) l
ORDER BY customer_id
LIMIT :limit

SELECT b.customer_id
FROM points_balances b
WHERE b.store_id = :store_id AND b.customer_id > :after
ORDER BY b.customer_id
LIMIT :limit

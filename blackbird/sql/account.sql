-- The customer's balance, and what the ledger holds of it. A customer may be known by points alone.
SELECT COALESCE(b.balance, 0) AS balance, COALESCE(b.lifetime, 0) AS lifetime, l.lines, l.sum,
    b.customer_id IS NOT NULL OR l.lines > 0 OR EXISTS (
        SELECT 1 FROM customers c WHERE c.store_id = :store_id AND c.customer_id = :customer_id) AS known
FROM (
    SELECT count(*) AS lines, {{template "sum" "points"}} AS sum
    FROM points_ledger
    WHERE store_id = :store_id AND customer_id = :customer_id) l
LEFT JOIN points_balances b ON b.store_id = :store_id AND b.customer_id = :customer_id

-- Each balance above 0, and whether its customer has an order that was sold from a moment on.
SELECT b.balance, b.customer_id IN (
        SELECT o.customer_id
        FROM orders o
        WHERE o.store_id = :store_id AND o.status IN ({{sold}}) AND o.ordered_at >= :from
            AND o.customer_id IS NOT NULL)
FROM points_balances b
WHERE b.store_id = :store_id AND b.balance > 0
ORDER BY b.balance DESC

SELECT c.customer_id, c.first_name, c.last_name, c.email, c.phone, c.location_id, c.active,
    COALESCE(b.balance, 0) AS balance, f.forgotten_at
FROM customers c
LEFT JOIN points_balances b ON b.store_id = :store_id AND b.customer_id = c.customer_id
LEFT JOIN forgotten_customers f ON f.store_id = :store_id AND f.customer_id = c.customer_id
WHERE c.store_id = :store_id AND c.customer_id = :customer_id

SELECT c.customer_id, c.first_name, c.last_name, c.email, c.phone, c.location_id, c.active,
    COALESCE(b.balance, 0) AS balance, f.forgotten_at, count(*) OVER () AS found
FROM customers c
LEFT JOIN points_balances b ON b.store_id = :store_id AND b.customer_id = c.customer_id
LEFT JOIN forgotten_customers f ON f.store_id = :store_id AND f.customer_id = c.customer_id
WHERE c.store_id = :store_id
    AND (c.customer_id = :text OR (c.phone_e164 = :phone AND :phone <> '') OR lower(c.email) = lower(:text)
        OR lower(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, '')) LIKE :pattern ESCAPE '!'
        OR lower(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, '')) LIKE :spelled ESCAPE '!'
        OR lower(COALESCE(c.last_name, '') || ' ' || COALESCE(c.first_name, '')) LIKE :pattern ESCAPE '!'
        OR lower(COALESCE(c.last_name, '') || ' ' || COALESCE(c.first_name, '')) LIKE :spelled ESCAPE '!')
ORDER BY c.active DESC, c.last_name, c.first_name, c.customer_id
LIMIT :most

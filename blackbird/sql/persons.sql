-- The customers of all stores who share a phone and an e-mail with another, with their points. Whether they share a name too is told from the
-- names: databases do not agree on what is a capital.
SELECT p.store_id, p.customer_id, p.first_name, p.last_name, p.phone_e164, p.email,
    COALESCE(b.balance, 0) AS balance, COALESCE(b.lifetime, 0) AS lifetime
FROM (
    SELECT c.store_id, c.customer_id, c.first_name, c.last_name, c.phone_e164, c.email,
        count(*) OVER (PARTITION BY c.phone_e164, c.email) AS several
    FROM customers c
    WHERE c.active AND c.phone_e164 IS NOT NULL AND c.email IS NOT NULL AND (c.first_name IS NOT NULL OR c.last_name IS NOT NULL)
) p
LEFT JOIN points_balances b ON b.store_id = p.store_id AND b.customer_id = p.customer_id
WHERE p.several > 1
ORDER BY p.phone_e164, p.email, p.store_id, p.customer_id

-- The customers of all stores who share a phone and an e-mail with another, with their points. Whether they share a
-- name too is found by the caller: databases do not agree on what is a capital. What is shared is found first, and
-- looked up in each shard after.
SELECT c.store_id, c.customer_id, c.first_name, c.last_name, c.phone_e164, c.email,
    COALESCE(b.balance, 0) AS balance, COALESCE(b.lifetime, 0) AS lifetime
FROM customers c
JOIN (
    SELECT d.phone_e164, d.email
    FROM customers d
    WHERE d.active AND d.phone_e164 IS NOT NULL AND d.email IS NOT NULL
        AND (d.first_name IS NOT NULL OR d.last_name IS NOT NULL)
    GROUP BY d.phone_e164, d.email
    HAVING count(*) > 1
) p ON p.phone_e164 = c.phone_e164 AND p.email = c.email
LEFT JOIN points_balances b ON b.store_id = c.store_id AND b.customer_id = c.customer_id
WHERE c.active AND (c.first_name IS NOT NULL OR c.last_name IS NOT NULL)
ORDER BY c.phone_e164, c.email, c.store_id, c.customer_id

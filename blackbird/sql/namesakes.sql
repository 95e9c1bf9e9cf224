-- The customers who share a phone, or an e-mail with somebody of whom no phone is known, each with what the ledger holds
-- for the enrollment, NULL for no line. Whether they share a name too is found by the caller: databases do not agree on
-- what is a capital.
SELECT c.customer_id, c.first_name, COALESCE(c.last_name, '') AS last_name, COALESCE(c.phone_e164, '') AS phone,
    COALESCE(c.email, '') AS email,
    (SELECT sum(l.points)
        FROM points_ledger l
        WHERE l.store_id = :store_id AND l.source_kind = {{enrollment}} AND l.source_id = c.customer_id) AS held
FROM customers c
LEFT JOIN (
    SELECT phone_e164
    FROM customers
    WHERE store_id = :store_id AND phone_e164 IS NOT NULL AND first_name IS NOT NULL
    GROUP BY phone_e164
    HAVING count(*) > 1
) p ON p.phone_e164 = c.phone_e164
LEFT JOIN (
    SELECT email
    FROM customers
    WHERE store_id = :store_id AND email IS NOT NULL AND first_name IS NOT NULL
    GROUP BY email
    HAVING count(*) > 1 AND count(*) > count(phone_e164)
) e ON e.email = c.email
WHERE c.store_id = :store_id AND c.first_name IS NOT NULL AND (p.phone_e164 IS NOT NULL OR e.email IS NOT NULL)

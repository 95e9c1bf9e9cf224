-- The customers without an enrollment line who have the name and the phone, or without a phone the e-mail, of one with.
SELECT DISTINCT c.customer_id
FROM points_ledger l
JOIN customers x ON x.store_id = :store_id AND x.customer_id = l.customer_id
JOIN customers c ON c.store_id = :store_id AND c.first_name = x.first_name AND c.customer_id <> x.customer_id
    AND COALESCE(c.last_name, '') = COALESCE(x.last_name, '')
    AND (c.phone_e164 = x.phone_e164 OR c.phone_e164 IS NULL AND c.email = x.email)
LEFT JOIN points_ledger h ON h.store_id = :store_id AND h.customer_id = c.customer_id
    AND h.source_kind = {{enrollment}} AND h.source_id = c.customer_id
WHERE l.store_id = :store_id AND l.source_kind = {{enrollment}} AND l.revision = 1 AND h.customer_id IS NULL

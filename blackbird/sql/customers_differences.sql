-- What of each staged row differs from the store's, in the columns that are compared. The store's are found among the staged keys first: with the
-- temporary table outermost, Citus would fetch all that the store has.
SELECT s.customer_id, c.customer_id IS NULL AS missing,
    s.first_name IS DISTINCT FROM c.first_name AS first_name,
    s.last_name IS DISTINCT FROM c.last_name AS last_name,
    s.email IS DISTINCT FROM c.email AS email,
    s.phone IS DISTINCT FROM c.phone AS phone,
    s.phone_e164 IS DISTINCT FROM c.phone_e164 AS phone_e164,
    s.location_id IS DISTINCT FROM c.location_id AS location_id,
    s.active IS DISTINCT FROM c.active AS active
FROM stage_customers s
LEFT JOIN (
    SELECT h.customer_id, h.first_name, h.last_name, h.email, h.phone, h.phone_e164, h.location_id, h.active
    FROM stage_customers k
    CROSS JOIN customers h
    WHERE h.store_id = :store_id AND h.customer_id = k.customer_id
) c ON c.customer_id = s.customer_id

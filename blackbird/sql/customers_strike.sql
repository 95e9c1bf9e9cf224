-- Takes out of the staged rows those that the store holds as they are; each is looked up by its key.
DELETE FROM stage_customers AS s
WHERE (
    SELECT (c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.location_id, c.active)
        IS NOT DISTINCT FROM (s.first_name, s.last_name, s.email, s.phone, s.phone_e164, s.location_id, s.active)
    FROM customers c
    WHERE c.store_id = :store_id AND c.customer_id = s.customer_id)

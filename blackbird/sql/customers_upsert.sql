INSERT INTO customers AS c (store_id, customer_id, first_name, last_name, email, phone, phone_e164, location_id, active,
    first_pass_id, pass_id, updated_at)
SELECT :store_id, s.customer_id, s.first_name, s.last_name, s.email, s.phone, s.phone_e164, s.location_id, s.active,
    :pass_id, :pass_id, :now
FROM stage_customers s
WHERE true
ON CONFLICT (store_id, customer_id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
    phone_e164 = excluded.phone_e164, location_id = excluded.location_id, active = excluded.active,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at
WHERE (c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.location_id, c.active)
    IS DISTINCT FROM (excluded.first_name, excluded.last_name, excluded.email, excluded.phone, excluded.phone_e164,
        excluded.location_id, excluded.active)

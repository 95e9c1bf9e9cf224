-- Rows that stay as they are have been struck off the stage.
INSERT INTO customers AS c (store_id, customer_id, first_name, last_name, email, phone, phone_e164, location_id, active,
    first_pass_id, pass_id, updated_at)
SELECT s.store_id, s.customer_id, s.first_name, s.last_name, s.email, s.phone, s.phone_e164, s.location_id, s.active,
    s.first_pass_id, s.pass_id, s.updated_at
FROM stage_customers s
WHERE true
ON CONFLICT (store_id, customer_id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
    phone_e164 = excluded.phone_e164, location_id = excluded.location_id, active = excluded.active,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at

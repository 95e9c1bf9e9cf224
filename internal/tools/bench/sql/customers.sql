-- Run at the store: what a person with psql would type to bring the customers over.
BEGIN;
CREATE TEMPORARY TABLE stage (customer_id text, first_name text, last_name text, email text, phone text, phone_e164 text,
    location_id bigint, active boolean);
\copy stage from program 'psql -X -q -v ON_ERROR_STOP=1 -d "$BENCH_SOURCE" -f customers_rows.sql'
INSERT INTO customers AS c (store_id, customer_id, first_name, last_name, email, phone, phone_e164, location_id, active,
    first_pass_id, pass_id, updated_at)
SELECT DISTINCT ON (s.customer_id) 'default', s.customer_id, s.first_name, s.last_name, s.email, s.phone, s.phone_e164, s.location_id,
    s.active, 1, 1, now()
FROM stage s
WHERE s.customer_id <> ''
ORDER BY s.customer_id
ON CONFLICT (store_id, customer_id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
    phone_e164 = excluded.phone_e164, location_id = excluded.location_id, active = excluded.active,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at
WHERE (c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.location_id, c.active)
    IS DISTINCT FROM (excluded.first_name, excluded.last_name, excluded.email, excluded.phone, excluded.phone_e164,
        excluded.location_id, excluded.active);
COMMIT;

INSERT INTO forgotten_customers (store_id, customer_id, forgotten_at, pass_id)
VALUES (:store_id, :customer_id, :now, :pass_id)
ON CONFLICT DO NOTHING

CREATE INDEX IF NOT EXISTS orders_pass ON orders (store_id, pass_id)

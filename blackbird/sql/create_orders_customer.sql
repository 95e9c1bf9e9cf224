CREATE INDEX IF NOT EXISTS orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL

-- The indexes that a first pass over the orders leaves to its end, as the migrations make them.
CREATE INDEX IF NOT EXISTS orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_pass ON orders (store_id, pass_id)

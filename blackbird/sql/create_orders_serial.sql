CREATE INDEX IF NOT EXISTS orders_serial ON orders (store_id, order_serial)

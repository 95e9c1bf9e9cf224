-- Run at the store: the indexes that orders has once a first pass is over. A person with psql fills the table with them in place.
CREATE INDEX orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_pass ON orders (store_id, pass_id);
CREATE INDEX orders_serial ON orders (store_id, order_serial);

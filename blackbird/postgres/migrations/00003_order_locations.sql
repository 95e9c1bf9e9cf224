-- Ticket ids are unique at a location only: an order is identified by both, and so are its ledger lines. The id comes
-- first in the keys, since refunds and people look for an id wherever it is.

-- +goose Up
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
UPDATE orders SET location_id = 1 WHERE location_id IS NULL;
ALTER TABLE orders ALTER COLUMN location_id SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
ALTER TABLE orders ADD PRIMARY KEY (store_id, order_id, location_id);

ALTER TABLE points_ledger DROP CONSTRAINT points_ledger_pkey;
ALTER TABLE points_ledger DROP CONSTRAINT points_ledger_store_id_order_id_revision_key;
ALTER TABLE points_ledger ADD COLUMN location_id bigint NOT NULL DEFAULT 0;
UPDATE points_ledger
SET location_id = o.location_id
FROM orders o
WHERE o.store_id = points_ledger.store_id AND o.order_id = points_ledger.order_id;
ALTER TABLE points_ledger ADD PRIMARY KEY (store_id, customer_id, order_id, location_id, revision);
ALTER TABLE points_ledger ADD UNIQUE (store_id, order_id, location_id, revision);

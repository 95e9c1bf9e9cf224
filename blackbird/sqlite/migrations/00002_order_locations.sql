-- Ticket ids are unique at a location only: an order is identified by both, and so are its ledger lines. The id comes
-- first in the keys, since refunds and people look for an id wherever it is. SQLite changes a key by a
-- new table. The next pass makes its other indexes, in little memory.

-- +goose Up
CREATE TABLE new_orders (
    store_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    order_serial INTEGER NOT NULL,
    customer_id TEXT,
    customer_first_name TEXT,
    customer_last_name TEXT,
    customer_email TEXT,
    customer_phone TEXT,
    location_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    subtotal TEXT NOT NULL,
    tax TEXT NOT NULL,
    total TEXT NOT NULL,
    own_refund TEXT NOT NULL,
    refund_of TEXT,
    refunded_total TEXT NOT NULL,
    ordered_at TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, order_id, location_id)
) STRICT;
INSERT INTO new_orders
SELECT store_id, order_id, order_serial, customer_id, customer_first_name, customer_last_name, customer_email,
    customer_phone, COALESCE(location_id, 1), status, subtotal, tax, total, own_refund, refund_of, refunded_total,
    ordered_at, pass_id, updated_at
FROM orders;

CREATE TABLE new_points_ledger (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points INTEGER NOT NULL,
    basis_amount TEXT NOT NULL,
    rate TEXT NOT NULL,
    multiplier TEXT NOT NULL,
    rule TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    location_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, customer_id, order_id, location_id, revision),
    UNIQUE (store_id, order_id, location_id, revision)
) STRICT;
INSERT INTO new_points_ledger
SELECT l.store_id, l.customer_id, l.order_id, l.revision, l.kind, l.points, l.basis_amount, l.rate, l.multiplier,
    l.rule, l.pass_id, l.created_at, COALESCE(o.location_id, 0)
FROM points_ledger l
LEFT JOIN new_orders o ON o.store_id = l.store_id AND o.order_id = l.order_id;

DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE INDEX orders_refund_of ON orders (store_id, refund_of) WHERE refund_of IS NOT NULL;
DROP TABLE points_ledger;
ALTER TABLE new_points_ledger RENAME TO points_ledger;

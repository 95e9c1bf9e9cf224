-- The same tables as in PostgreSQL. Money and quantities are text with a fixed number of decimals, for SQLite's only
-- other home for a fraction is a float; times are ISO 8601 in UTC with six decimals, so that they sort as text.

-- +goose Up
CREATE TABLE customers (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    phone TEXT,
    phone_e164 TEXT,
    location_id INTEGER,
    active INTEGER NOT NULL,
    first_pass_id INTEGER NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;
CREATE INDEX customers_first_pass ON customers (store_id, first_pass_id);

CREATE TABLE orders (
    store_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    order_serial INTEGER NOT NULL,
    customer_id TEXT,
    customer_first_name TEXT,
    customer_last_name TEXT,
    customer_email TEXT,
    customer_phone TEXT,
    location_id INTEGER,
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
    PRIMARY KEY (store_id, order_id)
) STRICT;
CREATE INDEX orders_customer ON orders (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_refund_of ON orders (store_id, refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX orders_pass ON orders (store_id, pass_id);

CREATE TABLE products (
    store_id TEXT NOT NULL,
    product_id INTEGER NOT NULL,
    name TEXT,
    member_level INTEGER NOT NULL,
    price TEXT,
    unit_quantity TEXT,
    unit TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price_breaks TEXT NOT NULL,
    on_menu INTEGER NOT NULL,
    pass_id INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, product_id)
) STRICT;

CREATE TABLE points_ledger (
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
    PRIMARY KEY (store_id, customer_id, order_id, revision),
    UNIQUE (store_id, order_id, revision)
) STRICT;

CREATE TABLE points_balances (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    balance INTEGER NOT NULL,
    lifetime INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;

CREATE TABLE passes (
    store_id TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    stream TEXT NOT NULL,
    mode TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    read INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    PRIMARY KEY (store_id, pass_id)
) STRICT;
CREATE INDEX passes_stream ON passes (store_id, stream, pass_id);

CREATE TABLE rejects (
    store_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    row_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (store_id, stream, row_key)
) STRICT;

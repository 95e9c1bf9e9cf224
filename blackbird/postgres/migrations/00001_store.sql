-- Every key and every unique index starts with store_id, so that the tables can be distributed by it.

-- +goose Up
CREATE TABLE customers (
    store_id text NOT NULL,
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text,
    phone_e164 text,
    location_id bigint,
    active boolean NOT NULL,
    first_pass_id bigint NOT NULL,
    pass_id bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, customer_id)
);
CREATE INDEX customers_first_pass ON customers (store_id, first_pass_id);

CREATE TABLE orders (
    store_id text NOT NULL,
    order_id text NOT NULL,
    order_serial bigint NOT NULL,
    customer_id text,
    customer_first_name text,
    customer_last_name text,
    customer_email text,
    customer_phone text,
    location_id bigint,
    status text NOT NULL,
    subtotal numeric(12, 2) NOT NULL,
    tax numeric(12, 2) NOT NULL,
    total numeric(12, 2) NOT NULL,
    own_refund numeric(12, 2) NOT NULL,
    refund_of text,
    refunded_total numeric(12, 2) NOT NULL,
    ordered_at timestamptz NOT NULL,
    pass_id bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, order_id)
);
CREATE INDEX orders_refund_of ON orders (store_id, refund_of) WHERE refund_of IS NOT NULL;

CREATE TABLE products (
    store_id text NOT NULL,
    product_id bigint NOT NULL,
    name text,
    member_level bigint NOT NULL,
    price numeric(12, 2),
    unit_quantity numeric(14, 4),
    unit text NOT NULL,
    quantity numeric(14, 4) NOT NULL,
    price_breaks jsonb NOT NULL,
    on_menu boolean NOT NULL,
    pass_id bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, product_id)
);

CREATE TABLE points_ledger (
    store_id text NOT NULL,
    customer_id text NOT NULL,
    order_id text NOT NULL,
    revision bigint NOT NULL,
    kind text NOT NULL,
    points bigint NOT NULL,
    basis_amount numeric(12, 2) NOT NULL,
    rate numeric(14, 4) NOT NULL,
    multiplier numeric(14, 4) NOT NULL,
    rule text NOT NULL,
    pass_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, customer_id, order_id, revision),
    UNIQUE (store_id, order_id, revision)
);

CREATE TABLE points_balances (
    store_id text NOT NULL,
    customer_id text NOT NULL,
    balance bigint NOT NULL,
    lifetime bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, customer_id)
);

CREATE TABLE passes (
    store_id text NOT NULL,
    pass_id bigint NOT NULL,
    stream text NOT NULL,
    mode text NOT NULL,
    status text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    read bigint NOT NULL DEFAULT 0,
    inserted bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    message text,
    PRIMARY KEY (store_id, pass_id)
);
CREATE INDEX passes_stream ON passes (store_id, stream, pass_id);

CREATE TABLE rejects (
    store_id text NOT NULL,
    stream text NOT NULL,
    row_key text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (store_id, stream, row_key)
);

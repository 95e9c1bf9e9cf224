-- The customers whose names, phones and e-mails were removed from the store. No pass brings them back.

-- +goose Up
CREATE TABLE forgotten_customers (
    store_id text NOT NULL,
    customer_id text NOT NULL,
    forgotten_at timestamptz NOT NULL,
    pass_id bigint NOT NULL,
    PRIMARY KEY (store_id, customer_id)
);

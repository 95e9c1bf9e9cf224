-- The customers whose names, phones and e-mails were removed from the store. No pass brings them back.

-- +goose Up
CREATE TABLE forgotten_customers (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    forgotten_at TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    PRIMARY KEY (store_id, customer_id)
) STRICT;

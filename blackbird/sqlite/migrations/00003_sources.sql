-- Which till a store is brought from: a pass from another one is refused.

-- +goose Up
CREATE TABLE sources (
    store_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    system_identifier TEXT NOT NULL,
    database_name TEXT NOT NULL,
    database_oid INTEGER NOT NULL,
    locations TEXT NOT NULL,
    first_pass_id INTEGER NOT NULL,
    last_pass_id INTEGER NOT NULL,
    PRIMARY KEY (store_id, stream)
) STRICT;

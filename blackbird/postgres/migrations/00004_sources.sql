-- Which till a store is brought from: a pass from another one is refused.

-- +goose Up
CREATE TABLE sources (
    store_id text NOT NULL,
    stream text NOT NULL,
    system_identifier text NOT NULL,
    database_name text NOT NULL,
    database_oid bigint NOT NULL,
    locations text NOT NULL,
    first_pass_id bigint NOT NULL,
    last_pass_id bigint NOT NULL,
    PRIMARY KEY (store_id, stream)
);

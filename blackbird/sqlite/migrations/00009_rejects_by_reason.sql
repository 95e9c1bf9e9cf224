-- Each pass looks for the rejects among the notices, of which a shop of a million orders may have twenty thousand.

-- +goose Up
CREATE INDEX rejects_reason ON rejects (store_id, stream, reason);

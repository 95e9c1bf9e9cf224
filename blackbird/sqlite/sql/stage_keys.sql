-- The keys of a whole source live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_keys (
    row_key text NOT NULL,
    location_id bigint NOT NULL,
    serial bigint NOT NULL,
    PRIMARY KEY (row_key, location_id, serial)
) WITHOUT ROWID

CREATE TEMPORARY TABLE IF NOT EXISTS stage_out_of_scope (
    row_key text NOT NULL,
    location_id bigint NOT NULL,
    serial bigint NOT NULL
){{template "on_commit"}}

CREATE TEMPORARY TABLE IF NOT EXISTS stage_moved (row_key text NOT NULL, serial bigint NOT NULL){{template "on_commit"}}

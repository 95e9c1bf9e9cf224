CREATE TEMPORARY TABLE IF NOT EXISTS stage_contacts (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text
){{template "on_commit"}}

-- A session's temporary tables. What a merge stages is gone at its commit; the keys of a whole source live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_customers (LIKE customers) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_orders (LIKE orders) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_contacts (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_moved (row_key text NOT NULL, serial bigint NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_keys (row_key text NOT NULL, serial bigint NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_due (
    customer_id text NOT NULL,
    ordered_at timestamptz NOT NULL,
    order_id text NOT NULL,
    PRIMARY KEY (customer_id, ordered_at, order_id)
)

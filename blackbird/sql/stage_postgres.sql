-- A session's temporary tables. What a merge stages is gone at its commit; the keys of a whole source live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_customers (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text,
    phone_e164 text,
    location_id bigint,
    active boolean NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_orders (
    order_id text NOT NULL,
    order_serial bigint NOT NULL,
    customer_id text,
    customer_first_name text,
    customer_last_name text,
    customer_email text,
    customer_phone text,
    location_id bigint,
    status text NOT NULL,
    subtotal numeric(12, 2) NOT NULL,
    tax numeric(12, 2) NOT NULL,
    total numeric(12, 2) NOT NULL,
    own_refund numeric(12, 2) NOT NULL,
    refund_of text,
    refunded_total numeric(12, 2) NOT NULL,
    ordered_at timestamptz NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_contacts (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_settled (
    order_id text NOT NULL,
    refunded_total numeric(12, 2) NOT NULL,
    status text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_moved (row_key text NOT NULL, serial bigint NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_balances (customer_id text NOT NULL, points bigint NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_keys (row_key text NOT NULL, serial bigint NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_due (order_id text NOT NULL PRIMARY KEY)

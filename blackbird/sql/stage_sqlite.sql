-- A session's temporary tables. Each merge empties what it stages; the keys of a whole source live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_customers AS SELECT * FROM customers WHERE false;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_orders AS SELECT * FROM orders WHERE false;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_contacts (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_moved (row_key text NOT NULL, serial integer NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_balances (
    customer_id text NOT NULL,
    points integer NOT NULL,
    lifetime integer NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_keys (row_key text NOT NULL, serial integer NOT NULL, PRIMARY KEY (row_key, serial));
CREATE TEMPORARY TABLE IF NOT EXISTS stage_due (
    customer_id text NOT NULL,
    ordered_at text NOT NULL,
    order_id text NOT NULL,
    PRIMARY KEY (customer_id, ordered_at, order_id)
)

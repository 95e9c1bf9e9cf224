-- A session's temporary tables. Each merge empties what it stages; the keys of a whole source live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_customers (
    customer_id text NOT NULL PRIMARY KEY,
    first_name text,
    last_name text,
    email text,
    phone text,
    phone_e164 text,
    location_id integer,
    active integer NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_orders (
    order_id text NOT NULL PRIMARY KEY,
    order_serial integer NOT NULL,
    customer_id text,
    customer_first_name text,
    customer_last_name text,
    customer_email text,
    customer_phone text,
    location_id integer,
    status text NOT NULL,
    subtotal text NOT NULL,
    tax text NOT NULL,
    total text NOT NULL,
    own_refund text NOT NULL,
    refund_of text,
    refunded_total text NOT NULL,
    ordered_at text NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_contacts (
    customer_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_settled (
    order_id text NOT NULL PRIMARY KEY,
    refunded_total text NOT NULL,
    status text NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_moved (row_key text NOT NULL, serial integer NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_balances (customer_id text NOT NULL, points integer NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS stage_keys (row_key text NOT NULL, serial integer NOT NULL, PRIMARY KEY (row_key, serial));
CREATE TEMPORARY TABLE IF NOT EXISTS stage_due (order_id text NOT NULL PRIMARY KEY)

-- The customers whose balances are due live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_balances (
    customer_id text NOT NULL,
    PRIMARY KEY (customer_id)
)

-- The orders that are due live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_due (
    customer_id text NOT NULL,
    ordered_at {{template "timestamp"}} NOT NULL,
    order_id text NOT NULL,
    location_id bigint NOT NULL,
    PRIMARY KEY (customer_id, ordered_at, order_id, location_id)
)

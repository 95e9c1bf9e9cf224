-- The ledger lines of a pass that wait for its end live as long as the session.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_lines (
    store_id text NOT NULL,
    customer_id text NOT NULL,
    order_id text,
    location_id bigint NOT NULL,
    source_kind text NOT NULL,
    source_id text NOT NULL,
    revision bigint NOT NULL,
    kind text NOT NULL,
    points bigint NOT NULL,
    basis_amount {{template "decimal"}} NOT NULL,
    rate {{template "decimal"}} NOT NULL,
    multiplier {{template "decimal"}} NOT NULL,
    rule text NOT NULL,
    terms {{template "json"}} NOT NULL,
    effective_at {{template "timestamp"}} NOT NULL,
    pass_id bigint NOT NULL,
    created_at {{template "timestamp"}} NOT NULL,
    PRIMARY KEY (customer_id, source_kind, source_id, location_id, revision)
)

-- Each ledger line names its source, the moment from which its points count, and the terms that it was calculated with,
-- as JSON. A line without an order has no order_id. Terms from before keep the text of their rule. All functions are
-- IMMUTABLE: Citus takes no others here.

-- +goose Up
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
ALTER TABLE points_ledger DROP CONSTRAINT points_ledger_pkey;
ALTER TABLE points_ledger DROP CONSTRAINT points_ledger_store_id_order_id_location_id_revision_key;
ALTER TABLE points_ledger ALTER COLUMN order_id DROP NOT NULL;
ALTER TABLE points_ledger ADD COLUMN source_kind text;
ALTER TABLE points_ledger ADD COLUMN source_id text;
ALTER TABLE points_ledger ADD COLUMN effective_at timestamptz;
ALTER TABLE points_ledger ADD COLUMN terms jsonb;
UPDATE points_ledger
SET source_kind = CASE WHEN kind IN ('enrollment', 'expiry', 'adjustment') THEN kind ELSE 'order' END,
    source_id = CASE WHEN kind IN ('enrollment', 'expiry', 'adjustment') AND order_id LIKE kind || ':%'
        THEN substr(order_id, length(kind) + 2) ELSE order_id END,
    order_id = CASE WHEN kind NOT IN ('enrollment', 'expiry', 'adjustment') THEN order_id END,
    effective_at = CASE WHEN kind IN ('enrollment', 'expiry')
            AND rule ~ '^[a-z]+ [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$'
        THEN make_timestamp(
            CAST(split_part(split_part(rule, ' ', 2), '-', 1) AS integer),
            CAST(split_part(rule, '-', 2) AS integer),
            CAST(split_part(split_part(rule, '-', 3), 'T', 1) AS integer),
            CAST(split_part(split_part(rule, 'T', 2), ':', 1) AS integer),
            CAST(split_part(rule, ':', 2) AS integer),
            CAST(rtrim(split_part(rule, ':', 3), 'Z') AS double precision)) AT TIME ZONE 'UTC'
        ELSE created_at END,
    terms = jsonb_object(ARRAY['rate', CAST(rate AS text), 'multiplier', CAST(multiplier AS text), 'rule', rule]);
UPDATE points_ledger
SET effective_at = o.ordered_at
FROM orders o
WHERE o.store_id = points_ledger.store_id AND o.order_id = points_ledger.order_id
    AND o.location_id = points_ledger.location_id AND points_ledger.source_kind = 'order';
ALTER TABLE points_ledger ALTER COLUMN source_kind SET NOT NULL;
ALTER TABLE points_ledger ALTER COLUMN source_id SET NOT NULL;
ALTER TABLE points_ledger ALTER COLUMN effective_at SET NOT NULL;
ALTER TABLE points_ledger ALTER COLUMN terms SET NOT NULL;
ALTER TABLE points_ledger ADD PRIMARY KEY (store_id, customer_id, source_kind, source_id, location_id, revision);
ALTER TABLE points_ledger ADD UNIQUE (store_id, source_kind, source_id, location_id, revision);

-- What earned nothing was judged too, where a points pass has seen it: a line of 0 keeps it from later rules. The pass
-- saw what passes had written that had ended when it began.
INSERT INTO points_ledger (store_id, customer_id, order_id, revision, kind, points, basis_amount, rate, multiplier,
    rule, pass_id, created_at, location_id, source_kind, source_id, effective_at, terms)
SELECT o.store_id, o.customer_id, o.order_id, 1, 'award', 0, 0, 0, 1, 'earned 0', p.pass_id,
    p.finished_at, o.location_id, 'order', o.order_id, o.ordered_at, '{"rate": "0", "multiplier": "1"}'
FROM (
    SELECT store_id, max(pass_id) AS pass_id
    FROM passes
    WHERE stream = 'points' AND status = 'done' AND mode IN ('first', 'incremental', 'full')
    GROUP BY store_id
) n
JOIN passes p ON p.store_id = n.store_id AND p.pass_id = n.pass_id
JOIN orders o ON o.store_id = n.store_id
JOIN passes w ON w.store_id = n.store_id AND w.pass_id = o.pass_id AND w.finished_at <= p.started_at
JOIN customers c ON c.store_id = n.store_id AND c.customer_id = o.customer_id
JOIN passes f ON f.store_id = n.store_id AND f.pass_id = c.first_pass_id AND f.finished_at <= p.started_at
LEFT JOIN points_ledger l ON l.store_id = n.store_id AND l.source_kind = 'order' AND l.source_id = o.order_id
    AND l.location_id = o.location_id
WHERE o.status IN ('completed', 'partially_refunded') AND l.source_id IS NULL;

-- So were the customers of a store whose program has an enrollment.
INSERT INTO points_ledger (store_id, customer_id, order_id, revision, kind, points, basis_amount, rate, multiplier,
    rule, pass_id, created_at, location_id, source_kind, source_id, effective_at, terms)
SELECT c.store_id, c.customer_id, NULL, 1, 'enrollment', 0, 0, 0, 1, 'enrollment', p.pass_id,
    p.finished_at, 0, 'enrollment', c.customer_id, f.started_at, '{}'
FROM (
    SELECT store_id, max(pass_id) AS pass_id
    FROM passes
    WHERE stream = 'points' AND status = 'done' AND mode IN ('first', 'incremental', 'full')
    GROUP BY store_id
) n
JOIN (SELECT DISTINCT store_id FROM points_ledger WHERE source_kind = 'enrollment') e ON e.store_id = n.store_id
JOIN passes p ON p.store_id = n.store_id AND p.pass_id = n.pass_id
JOIN customers c ON c.store_id = n.store_id
JOIN passes f ON f.store_id = n.store_id AND f.pass_id = c.first_pass_id AND f.finished_at <= p.started_at
LEFT JOIN points_ledger l ON l.store_id = n.store_id AND l.source_kind = 'enrollment' AND l.source_id = c.customer_id
WHERE l.source_id IS NULL;
INSERT INTO points_balances (store_id, customer_id, balance, lifetime, updated_at)
SELECT l.store_id, l.customer_id, 0, 0, min(l.created_at)
FROM points_ledger l
LEFT JOIN points_balances b ON b.store_id = l.store_id AND b.customer_id = l.customer_id
WHERE b.customer_id IS NULL AND l.points = 0
GROUP BY l.store_id, l.customer_id;

CREATE TABLE points_programs (
    store_id text NOT NULL,
    version bigint NOT NULL,
    effective_from timestamptz,
    rules jsonb NOT NULL,
    first_pass_id bigint NOT NULL,
    full_pass_id bigint,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, version)
);

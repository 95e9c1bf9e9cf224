-- Each ledger line names its source, the moment from which its points count, and the terms that it was calculated with,
-- as JSON. A line without an order has no order_id. Terms from before keep the text of their rule. SQLite changes a key
-- by a new table.

-- +goose Up
CREATE TABLE new_points_ledger (
    store_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    order_id TEXT,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points INTEGER NOT NULL,
    basis_amount TEXT NOT NULL,
    rate TEXT NOT NULL,
    multiplier TEXT NOT NULL,
    rule TEXT NOT NULL,
    pass_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    location_id INTEGER NOT NULL DEFAULT 0,
    source_kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    effective_at TEXT NOT NULL,
    terms TEXT NOT NULL,
    PRIMARY KEY (store_id, customer_id, source_kind, source_id, location_id, revision),
    UNIQUE (store_id, source_kind, source_id, location_id, revision)
) STRICT;
INSERT INTO new_points_ledger
SELECT l.store_id, l.customer_id,
    CASE WHEN l.kind NOT IN ('enrollment', 'expiry', 'adjustment') THEN l.order_id END,
    l.revision, l.kind, l.points, l.basis_amount, l.rate, l.multiplier, l.rule, l.pass_id, l.created_at, l.location_id,
    CASE WHEN l.kind IN ('enrollment', 'expiry', 'adjustment') THEN l.kind ELSE 'order' END,
    CASE WHEN l.kind IN ('enrollment', 'expiry', 'adjustment') AND l.order_id LIKE l.kind || ':%'
        THEN substr(l.order_id, length(l.kind) + 2) ELSE l.order_id END,
    CASE WHEN l.kind IN ('enrollment', 'expiry') AND l.rule GLOB '[a-z]* [0-9][0-9][0-9][0-9]-*T*:*:*Z'
        THEN substr(l.rule, length(l.kind) + 2, 19) || '.' ||
            substr(rtrim(substr(l.rule, length(l.kind) + 22), 'Z') || '000000', 1, 6) || 'Z'
        ELSE COALESCE(o.ordered_at, l.created_at) END,
    json_object('rate', l.rate, 'multiplier', l.multiplier, 'rule', l.rule)
FROM points_ledger l
LEFT JOIN orders o ON o.store_id = l.store_id AND o.order_id = l.order_id AND o.location_id = l.location_id
    AND l.kind NOT IN ('enrollment', 'expiry', 'adjustment');
DROP TABLE points_ledger;
ALTER TABLE new_points_ledger RENAME TO points_ledger;

-- What earned nothing was judged too, where a points pass has seen it: a line of 0 keeps it from later rules. The pass
-- saw what passes had written that had ended when it began.
INSERT INTO points_ledger (store_id, customer_id, order_id, revision, kind, points, basis_amount, rate, multiplier,
    rule, pass_id, created_at, location_id, source_kind, source_id, effective_at, terms)
SELECT o.store_id, o.customer_id, o.order_id, 1, 'award', 0, '0.00', '0.0000', '1.0000', 'earned 0', p.pass_id,
    p.finished_at, o.location_id, 'order', o.order_id, o.ordered_at, '{"rate":"0","multiplier":"1"}'
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
SELECT c.store_id, c.customer_id, NULL, 1, 'enrollment', 0, '0.00', '0.0000', '1.0000', 'enrollment', p.pass_id,
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
    store_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    effective_from TEXT,
    rules TEXT NOT NULL,
    first_pass_id INTEGER NOT NULL,
    full_pass_id INTEGER,
    created_at TEXT NOT NULL,
    PRIMARY KEY (store_id, version)
) STRICT;

-- The customers of the orders that were listed, those whom the ledger gave points for one, those of staged lines, those
-- whose points a person has adjusted since, the named ones who have a balance, and, where asked for, those who have
-- points and were not active of late.
-- CROSS JOIN keeps what there is little of outermost on SQLite, so that lines are found by their key. The kind is in no
-- index: it keeps SQLite from reading all of a store's lines in the index of another key.
INSERT INTO stage_balances (customer_id)
SELECT d.customer_id FROM stage_due d WHERE d.customer_id <> ''
UNION
SELECT l.customer_id
FROM stage_due d
CROSS JOIN points_ledger l
WHERE l.store_id = :store_id AND l.source_kind = {{order}} AND l.source_id = d.order_id
    AND l.location_id = d.location_id
UNION
SELECT s.customer_id FROM stage_lines s
UNION
SELECT l.customer_id
FROM passes p
CROSS JOIN points_ledger l
WHERE p.store_id = :store_id AND p.stream = :stream AND p.pass_id > :since AND p.mode = 'adjust'
    AND l.store_id = :store_id AND l.source_kind = {{adjustment}} AND l.source_id = CAST(p.pass_id AS text)
    AND l.kind = {{adjustment}}
UNION
SELECT n.customer_id
FROM points_balances n
WHERE n.store_id = :store_id AND n.customer_id {{template "in" "customers"}}
UNION
SELECT b.customer_id
FROM points_balances b
WHERE CAST(:expires AS integer) = 1 AND b.store_id = :store_id AND b.balance > 0
    AND NOT EXISTS (
        SELECT 1
        FROM orders o
        WHERE o.store_id = :store_id AND o.customer_id = b.customer_id AND o.ordered_at >= :cutoff
            AND {{template "active"}})

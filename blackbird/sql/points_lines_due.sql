SELECT l.order_id, l.customer_id, l.revision, l.kind, l.points, l.basis_amount, l.rate, l.multiplier, l.rule
FROM stage_due d
JOIN points_ledger l ON l.store_id = :store_id AND l.order_id = d.order_id
WHERE d.order_id > :after AND d.order_id <= :last
ORDER BY l.order_id, l.revision

SELECT l.order_id, l.customer_id, l.revision, l.kind, l.points, l.basis_amount, l.rate, l.multiplier, l.rule
FROM points_ledger l
WHERE l.store_id = :store_id AND l.order_id > :after AND l.order_id <= :last
ORDER BY l.order_id, l.revision

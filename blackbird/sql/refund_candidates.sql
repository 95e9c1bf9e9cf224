-- The orders whose state may not be what their refunds make it: those that refunds refer to, and those that have, or
-- say that they have, one.
SELECT c.order_id
FROM (
    SELECT o.order_id
    FROM orders o
    WHERE o.store_id = :store_id AND o.order_id > :after
        AND (o.status IN ({{refunded}}) OR o.refunded_total <> '0.00' OR o.own_refund <> '0.00')
    UNION
    SELECT r.refund_of
    FROM orders r
    WHERE r.store_id = :store_id AND r.refund_of > :after
) c
ORDER BY c.order_id
LIMIT :limit

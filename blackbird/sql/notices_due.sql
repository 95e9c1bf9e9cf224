-- The tickets whose notices may have changed since a pass: the orders that were written, and the refunds of these and of
-- the named ones. SQLite would merge what UNION combines in the order of all serials, and read every order for that.
SELECT DISTINCT d.order_serial
FROM (
    SELECT o.order_serial
    FROM orders o
    WHERE o.store_id = :store_id AND o.pass_id > :since
    UNION ALL
    SELECT r.order_serial
    FROM orders r
    WHERE r.store_id = :store_id AND r.refund_of IN (
        SELECT o.order_id
        FROM orders o
        WHERE o.store_id = :store_id AND o.pass_id > :since)
    UNION ALL
    SELECT r.order_serial
    FROM orders r
    WHERE r.store_id = :store_id AND r.refund_of {{template "in" "ids"}}
) d

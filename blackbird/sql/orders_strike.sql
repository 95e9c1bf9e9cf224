-- Takes out of the staged rows those that the store holds as they are, and those of which it holds one of a higher serial. The innermost
-- subquery is one that no planner turns into a join, so that each row is looked up by its key, however large the table. Citus plans the rows within
-- IN apart, and looks them up at the shard: it would not delete from a temporary table by what another node's table says.
DELETE FROM stage_orders
WHERE order_id IN (
    SELECT s.order_id
    FROM (SELECT * FROM stage_orders) s
    WHERE (
        SELECT (o.order_serial, o.customer_id, o.customer_first_name, o.customer_last_name, o.customer_email, o.customer_phone,
                o.location_id, CASE WHEN o.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE o.status END,
                o.subtotal, o.tax, o.total, o.own_refund, o.refund_of, o.ordered_at)
            IS NOT DISTINCT FROM (s.order_serial, s.customer_id, s.customer_first_name, s.customer_last_name, s.customer_email,
                s.customer_phone, s.location_id,
                CASE WHEN s.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE s.status END,
                s.subtotal, s.tax, s.total, s.own_refund, s.refund_of, s.ordered_at)
            OR (o.order_serial > s.order_serial AND o.status <> 'removed')
        FROM orders o
        WHERE o.store_id = :store_id AND o.order_id = s.order_id))

-- What is gone is found by a join: Citus takes no subquery that asks a temporary table about a row of a shard.
UPDATE orders
SET status = 'removed', pass_id = :pass_id, updated_at = :now
FROM (
    SELECT o.order_id
    FROM orders o
    LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.serial = o.order_serial
    WHERE o.store_id = :store_id AND o.status <> 'removed' AND k.row_key IS NULL) g
WHERE orders.store_id = :store_id AND orders.order_id = g.order_id

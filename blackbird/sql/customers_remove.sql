-- What is gone is found by a join: Citus takes no subquery that asks a temporary table about a row of a shard.
UPDATE customers
SET active = false, pass_id = :pass_id, updated_at = :now
FROM (
    SELECT c.customer_id
    FROM customers c
    LEFT JOIN stage_keys k ON k.row_key = c.customer_id
    WHERE c.store_id = :store_id AND c.active AND k.row_key IS NULL) g
WHERE customers.store_id = :store_id AND customers.customer_id = g.customer_id

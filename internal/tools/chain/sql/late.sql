-- After a run that was killed and one that went on: how many shops that the first was through with came before the last
-- of those that it had left. The times are those at which they began.
WITH products AS (
    SELECT store_id, started_at, started_at >= '%[2]s' AS second, status = 'done' AS done
    FROM passes
    WHERE stream = 'products' AND started_at >= '%[1]s'
), first_run AS (
    SELECT store_id FROM products WHERE NOT second AND done
), second_run AS (
    SELECT p.started_at, f.store_id IS NULL AS was_left
    FROM products p
    LEFT JOIN first_run f ON f.store_id = p.store_id
    WHERE p.second
)
SELECT count(*) FROM second_run
WHERE NOT was_left AND started_at < (SELECT max(started_at) FROM second_run WHERE was_left)

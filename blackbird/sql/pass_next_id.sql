-- The next pass's number, and whether the store is a copy that was cut off: it lacks rows.
SELECT COALESCE(max(pass_id), 0) + 1 AS id,
    EXISTS (
        SELECT 1
        FROM passes c
        WHERE c.store_id = :store_id AND c.stream = 'copy' AND c.status <> 'done'
    ) AS cut_off
FROM passes
WHERE store_id = :store_id

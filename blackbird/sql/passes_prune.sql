-- Removes the stream's old passes that nothing refers to.
DELETE FROM passes
WHERE store_id = :store_id AND pass_id IN (
    SELECT p.pass_id
    FROM passes p
    LEFT JOIN (
        SELECT pass_id FROM customers WHERE store_id = :store_id
        UNION
        SELECT first_pass_id FROM customers WHERE store_id = :store_id
        UNION
        SELECT pass_id FROM orders WHERE store_id = :store_id
        UNION
        SELECT pass_id FROM products WHERE store_id = :store_id
        UNION
        SELECT pass_id FROM points_ledger WHERE store_id = :store_id
        UNION
        SELECT first_pass_id FROM points_programs WHERE store_id = :store_id
        UNION
        SELECT full_pass_id FROM points_programs WHERE store_id = :store_id
        UNION
        SELECT first_pass_id FROM sources WHERE store_id = :store_id
        UNION
        SELECT last_pass_id FROM sources WHERE store_id = :store_id
        UNION
        SELECT pass_id FROM forgotten_customers WHERE store_id = :store_id
    ) r ON r.pass_id = p.pass_id
    WHERE p.store_id = :store_id AND {{template "old_pass"}} AND r.pass_id IS NULL)

-- The store's tables: how many rows, and how many bytes they take with their indexes.
SELECT t.name, t.n, pg_total_relation_size(t.name)
FROM (
    SELECT 'customers' AS name, count(*) AS n FROM customers
    UNION ALL SELECT 'orders', count(*) FROM orders
    UNION ALL SELECT 'products', count(*) FROM products
    UNION ALL SELECT 'points_ledger', count(*) FROM points_ledger
    UNION ALL SELECT 'points_balances', count(*) FROM points_balances
    UNION ALL SELECT 'passes', count(*) FROM passes
    UNION ALL SELECT 'rejects', count(*) FROM rejects
) AS t
ORDER BY t.name

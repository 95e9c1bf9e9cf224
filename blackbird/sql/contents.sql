-- Of the ledger every line is live.
SELECT 'customers' AS stream, count(*) AS live FROM customers WHERE store_id = :store_id AND active
UNION ALL
SELECT 'orders', count(*) FROM orders WHERE store_id = :store_id AND status <> {{removed}}
UNION ALL
SELECT 'products', count(*) FROM products WHERE store_id = :store_id AND on_menu
UNION ALL
SELECT 'points', count(*) FROM points_ledger WHERE store_id = :store_id

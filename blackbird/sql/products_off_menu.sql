SELECT product_id, name, category, updated_at, count(*) OVER () AS found
FROM products
WHERE store_id = :store_id AND NOT on_menu AND updated_at >= :from AND updated_at < :until
ORDER BY updated_at DESC, product_id
LIMIT :most

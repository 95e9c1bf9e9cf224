SELECT product_id, name, category, member_level, price, unit_quantity, unit, quantity, price_breaks, on_menu
FROM products
WHERE store_id = :store_id
ORDER BY product_id

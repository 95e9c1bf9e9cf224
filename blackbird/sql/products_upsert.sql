INSERT INTO products (store_id, product_id, name, category, member_level, price, unit_quantity, unit, quantity,
    price_breaks, on_menu, pass_id, updated_at)
SELECT :store_id, r.product_id, r.name, r.category, r.member_level, r.price, r.unit_quantity, r.unit, r.quantity,
    r.price_breaks, r.on_menu, :pass_id, :now
FROM {{template "records" (records "rows" "product_id" "bigint" "name" "text" "category" "text"
    "member_level" "bigint"    "price" "numeric(12, 2)" "unit_quantity" "numeric(14, 4)" "unit" "text" "quantity" "numeric(14, 4)"
    "price_breaks" "jsonb" "on_menu" "boolean")}}
WHERE true
ON CONFLICT (store_id, product_id) DO UPDATE
SET name = excluded.name, category = excluded.category, member_level = excluded.member_level, price = excluded.price,
    unit_quantity = excluded.unit_quantity, unit = excluded.unit, quantity = excluded.quantity,
    price_breaks = excluded.price_breaks, on_menu = excluded.on_menu,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at

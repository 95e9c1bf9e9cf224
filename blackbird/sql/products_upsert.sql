INSERT INTO products (store_id, product_id, name, member_level, price, unit_quantity, unit, quantity, price_breaks, on_menu,
    pass_id, updated_at)
VALUES (:store_id, :product_id, :name, :member_level, :price, :unit_quantity, :unit, :quantity, :price_breaks, :on_menu,
    :pass_id, :now)
ON CONFLICT (store_id, product_id) DO UPDATE
SET name = excluded.name, member_level = excluded.member_level, price = excluded.price,
    unit_quantity = excluded.unit_quantity, unit = excluded.unit, quantity = excluded.quantity,
    price_breaks = excluded.price_breaks, on_menu = excluded.on_menu,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at

SELECT COALESCE(max(o.order_serial), 0) FROM orders o WHERE o.store_id = :store_id

SELECT count(*) FROM orders WHERE store_id = :store_id AND order_id = :id

SELECT count(*) FROM orders WHERE store_id = :store_id AND customer_id = :id

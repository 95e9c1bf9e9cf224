SELECT customer_id
FROM forgotten_customers
WHERE store_id = :store_id

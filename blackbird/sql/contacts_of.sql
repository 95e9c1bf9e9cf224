-- How a customer is named, by the customer's row and by those of the orders.
SELECT first_name, last_name, email, phone
FROM customers
WHERE store_id = :store_id AND customer_id = :customer_id
UNION
SELECT customer_first_name, customer_last_name, customer_email, customer_phone
FROM orders
WHERE store_id = :store_id AND customer_id = :customer_id

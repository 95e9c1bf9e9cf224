-- The rows of a customer and of the orders, and how many of them have a name, a phone or an e-mail.
SELECT count(*) AS total, COALESCE(sum(customers), 0) AS customers, COALESCE(sum(orders), 0) AS orders
FROM (
    SELECT CASE WHEN COALESCE(first_name, last_name, email, phone, phone_e164) IS NULL THEN 0 ELSE 1 END AS customers,
        0 AS orders
    FROM customers
    WHERE store_id = :store_id AND customer_id = :customer_id
    UNION ALL
    SELECT 0, CASE WHEN COALESCE(customer_first_name, customer_last_name, customer_email, customer_phone) IS NULL
        THEN 0 ELSE 1 END
    FROM orders
    WHERE store_id = :store_id AND customer_id = :customer_id
) kept

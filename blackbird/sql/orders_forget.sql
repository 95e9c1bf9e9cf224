UPDATE orders
SET customer_first_name = NULL, customer_last_name = NULL, customer_email = NULL, customer_phone = NULL,
    pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND customer_id = :customer_id
    AND COALESCE(customer_first_name, customer_last_name, customer_email, customer_phone) IS NOT NULL

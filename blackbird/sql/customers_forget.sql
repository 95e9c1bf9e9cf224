UPDATE customers
SET first_name = NULL, last_name = NULL, email = NULL, phone = NULL, phone_e164 = NULL,
    pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND customer_id = :customer_id
    AND COALESCE(first_name, last_name, email, phone, phone_e164) IS NOT NULL

UPDATE orders
SET customer_first_name = s.first_name, customer_last_name = s.last_name, customer_email = s.email,
    customer_phone = s.phone, pass_id = :pass_id, updated_at = :now
FROM stage_contacts s
WHERE orders.store_id = :store_id AND orders.customer_id = s.customer_id
    AND (orders.customer_first_name, orders.customer_last_name, orders.customer_email, orders.customer_phone)
    IS DISTINCT FROM (s.first_name, s.last_name, s.email, s.phone)

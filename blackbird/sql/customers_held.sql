-- Customers as they are compared: the columns in the table's order, the key first, each row as one value.
SELECT CAST(ROW(c.customer_id, c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.location_id, CAST(c.active AS integer)) AS text)
FROM customers c
WHERE c.store_id = $1 AND c.customer_id = ANY ($2)

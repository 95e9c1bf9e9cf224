-- The active customers whose location is none of these; where all are not wanted, those whom no order names.
SELECT c.customer_id
FROM customers c
WHERE c.store_id = :store_id AND c.active AND NOT CAST(c.location_id AS text) {{template "in" "locations"}}
    AND (:all = 1 OR NOT EXISTS (
        SELECT 1
        FROM orders o
        WHERE o.store_id = :store_id AND o.customer_id = c.customer_id AND o.status <> {{removed}}))

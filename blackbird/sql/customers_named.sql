-- The customers whom orders name and whom the store lacks or has as inactive; where all are wanted, those too whose
-- location is none of these.
SELECT DISTINCT o.customer_id
FROM orders o
LEFT JOIN customers c ON c.store_id = :store_id AND c.customer_id = o.customer_id
WHERE o.store_id = :store_id AND o.customer_id IS NOT NULL AND o.status <> {{removed}}
    AND (c.customer_id IS NULL OR NOT c.active
        OR (:all = 1 AND NOT CAST(c.location_id AS text) {{template "in" "locations"}}))

-- Where :everywhere is 1, at all locations.
SELECT count(*)
FROM customers c
WHERE c.store_id = :store_id AND c.active
    AND (:everywhere = 1 OR CAST(c.location_id AS text) {{template "in" "locations"}})

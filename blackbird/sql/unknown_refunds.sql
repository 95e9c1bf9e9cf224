-- A refund is of the order of the id at the location that the source says, else at its own, else of the only one
-- elsewhere. What is a refund itself is none.
SELECT r.order_id AS name, r.location_id AS location, r.order_serial AS serial, r.refund_of
FROM orders r
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = r.refund_of AND o.status <> {{removed}}
WHERE r.store_id = :store_id AND r.refund_of IS NOT NULL AND r.status IN ({{givingBack}})
GROUP BY r.order_id, r.location_id, r.order_serial, r.refund_of, r.refund_of_location
HAVING CASE
    WHEN max(CASE WHEN o.location_id = COALESCE(r.refund_of_location, r.location_id) THEN 1 ELSE 0 END) = 1
        THEN max(CASE WHEN o.location_id = COALESCE(r.refund_of_location, r.location_id) AND o.status <> {{refund}}
            THEN 1 ELSE 0 END)
    WHEN r.refund_of_location IS NULL AND count(o.order_id) = 1 AND min(o.status) <> {{refund}} THEN 1
    ELSE 0 END = 0
ORDER BY r.order_serial

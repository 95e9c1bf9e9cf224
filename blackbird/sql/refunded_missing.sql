-- The ids that refunds refer to of which no order is at the location that the source says, else at the refund's own.
SELECT DISTINCT r.refund_of
FROM orders r
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = r.refund_of
    AND o.location_id = COALESCE(r.refund_of_location, r.location_id)
WHERE r.store_id = :store_id AND r.refund_of IS NOT NULL AND o.order_id IS NULL

-- Of the keys for which a staged row and the store's order compete the one that has the lower serial. CROSS JOIN keeps
-- the staged rows outermost on SQLite, so that orders are found by their key.
SELECT s.order_id AS name, s.location_id AS location,
    CASE WHEN s.order_serial < o.order_serial THEN s.order_serial ELSE o.order_serial END AS serial,
    CASE WHEN s.order_serial < o.order_serial THEN o.order_serial ELSE s.order_serial END AS by_serial
FROM stage_orders s
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = s.order_id AND o.location_id = s.location_id
    AND o.order_serial <> s.order_serial AND o.status <> {{removed}}

-- Of the keys for which a staged row and the store's order compete the one that loses. CROSS JOIN keeps the staged rows
-- outermost on SQLite, so that orders are found by their key.
SELECT s.order_id AS name, s.location_id AS location,
    CASE WHEN {{template "takes_place" .}} THEN t.order_serial ELSE s.order_serial END AS serial,
    CASE WHEN {{template "takes_place" .}} THEN s.order_serial ELSE t.order_serial END AS by_serial
FROM stage_orders s
CROSS JOIN orders t
WHERE t.store_id = :store_id AND t.order_id = s.order_id AND t.location_id = s.location_id
    AND t.order_serial <> s.order_serial AND t.status <> {{removed}}

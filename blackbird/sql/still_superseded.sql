-- CROSS JOIN keeps the tickets outermost on SQLite, so that orders are found by their key.
SELECT r.order_id AS name, r.location_id AS location, r.serial, o.order_serial AS by_serial,
    o.status = {{voided}} AS voided
FROM {{template "records" (records "tickets" "serial" "bigint" "order_id" "text" "location_id" "bigint")}}
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = r.order_id AND o.location_id = r.location_id
    AND o.order_serial <> r.serial AND o.status <> {{removed}} AND (o.order_serial > r.serial OR o.status = {{voided}})

-- The orders that tickets contest: those that have the serial of a ticket under another key, those that have the key of a
-- ticket and another serial, and refunds of tickets that are out of scope, at the same location. CROSS JOIN keeps the
-- tickets outermost on SQLite.
SELECT o.order_id AS name, o.location_id AS location, o.order_serial AS serial
FROM {{template "records" (records "tickets" "serial" "bigint" "order_id" "text" "location_id" "bigint")}}
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_serial = r.serial AND o.status <> {{removed}}
    AND (o.order_id <> r.order_id OR o.location_id <> r.location_id)
UNION
SELECT o.order_id, o.location_id, o.order_serial
FROM {{template "records" (records "tickets" "serial" "bigint" "order_id" "text" "location_id" "bigint")}}
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.order_id = r.order_id AND o.location_id = r.location_id
    AND o.order_serial <> r.serial AND o.status <> {{removed}}
UNION
SELECT o.order_id, o.location_id, o.order_serial
FROM {{template "records" (records "tickets" "outsider" "text" "location_id" "bigint")}}
CROSS JOIN orders o
WHERE o.store_id = :store_id AND o.refund_of = r.outsider AND o.location_id = r.location_id AND o.status <> {{removed}}
    AND r.outsider <> ''

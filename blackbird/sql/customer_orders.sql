-- The customer's newest orders, with what the customer's points of each add up to.
SELECT o.order_id, o.location_id, o.status, o.total, o.refunded_total, o.ordered_at, o.found,
    COALESCE({{template "sum" "l.points"}}, 0) AS points
FROM (
    SELECT order_id, location_id, status, total, refunded_total, ordered_at, count(*) OVER () AS found
    FROM orders
    WHERE store_id = :store_id AND customer_id = :customer_id
    ORDER BY ordered_at DESC, order_id, location_id
    LIMIT :most) o
LEFT JOIN points_ledger l ON l.store_id = :store_id AND l.customer_id = :customer_id AND l.source_kind = 'order'
    AND l.source_id = o.order_id AND l.location_id = o.location_id
GROUP BY o.order_id, o.location_id, o.status, o.total, o.refunded_total, o.ordered_at, o.found
ORDER BY o.ordered_at DESC, o.order_id, o.location_id

SELECT o.order_id, o.customer_id, o.status, o.subtotal, o.tax, o.total, o.refunded_total, o.ordered_at, o.location_id,
    EXISTS (SELECT 1 FROM customers c WHERE c.store_id = :store_id AND c.customer_id = o.customer_id) AS known
FROM orders o
WHERE o.store_id = :store_id AND o.order_id = :order_id
ORDER BY o.location_id

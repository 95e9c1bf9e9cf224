-- Orders as they are compared: the columns in the table's order, the key first, each row as one value. What refunds have made of a row is
-- not the row's own.
SELECT CAST(ROW(o.order_id, o.order_serial, o.customer_id, o.customer_first_name, o.customer_last_name, o.customer_email,
    o.customer_phone, o.location_id, CASE WHEN o.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE o.status END,
    o.subtotal, o.tax, o.total, o.own_refund, o.refund_of, o.ordered_at) AS text)
FROM orders o
WHERE o.store_id = $1 AND o.order_id = ANY ($2)

-- Of two tickets with one id the higher serial stands. Rows that stay as they are have been struck off the stage. Refunds that other tickets
-- speak of are settled after this.
INSERT INTO orders AS o (store_id, order_id, order_serial, customer_id, customer_first_name, customer_last_name, customer_email,
    customer_phone, location_id, status, subtotal, tax, total, own_refund, refund_of, refunded_total, ordered_at, pass_id, updated_at)
SELECT s.store_id, s.order_id, s.order_serial, s.customer_id, s.customer_first_name, s.customer_last_name, s.customer_email,
    s.customer_phone, s.location_id, s.status, s.subtotal, s.tax, s.total, s.own_refund, s.refund_of, s.refunded_total, s.ordered_at,
    s.pass_id, s.updated_at
FROM stage_orders s
WHERE true
ON CONFLICT (store_id, order_id) DO UPDATE
SET order_serial = excluded.order_serial, customer_id = excluded.customer_id,
    customer_first_name = excluded.customer_first_name, customer_last_name = excluded.customer_last_name,
    customer_email = excluded.customer_email, customer_phone = excluded.customer_phone,
    location_id = excluded.location_id, status = excluded.status, subtotal = excluded.subtotal, tax = excluded.tax,
    total = excluded.total, own_refund = excluded.own_refund, refund_of = excluded.refund_of,
    refunded_total = excluded.refunded_total, ordered_at = excluded.ordered_at,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at
WHERE excluded.order_serial >= o.order_serial OR o.status = 'removed'

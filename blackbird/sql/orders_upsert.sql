-- Of two tickets with one id the higher serial stands. The status is compared apart from refunds; those that other tickets speak of are settled
-- after this, and a row whose own content is the same stays as it was settled before.
INSERT INTO orders AS o (store_id, order_id, order_serial, customer_id, customer_first_name, customer_last_name, customer_email,
    customer_phone, location_id, status, subtotal, tax, total, own_refund, refund_of, refunded_total, ordered_at, pass_id, updated_at)
SELECT :store_id, s.order_id, s.order_serial, s.customer_id, s.customer_first_name, s.customer_last_name, s.customer_email,
    s.customer_phone, s.location_id, s.status, s.subtotal, s.tax, s.total, s.own_refund, s.refund_of, s.refunded_total, s.ordered_at,
    :pass_id, :now
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
WHERE (excluded.order_serial >= o.order_serial OR o.status = 'removed')
    AND (o.order_serial, o.customer_id, o.customer_first_name, o.customer_last_name, o.customer_email, o.customer_phone,
        o.location_id, CASE WHEN o.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE o.status END,
        o.subtotal, o.tax, o.total, o.own_refund, o.refund_of, o.ordered_at)
    IS DISTINCT FROM (excluded.order_serial, excluded.customer_id, excluded.customer_first_name, excluded.customer_last_name,
        excluded.customer_email, excluded.customer_phone, excluded.location_id,
        CASE WHEN excluded.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE excluded.status END,
        excluded.subtotal, excluded.tax, excluded.total, excluded.own_refund, excluded.refund_of, excluded.ordered_at)

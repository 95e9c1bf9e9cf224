-- Run at the store: what a person with psql would type to bring the orders over. It settles no refunds. Of two tickets with one id the
-- higher serial stands.
BEGIN;
CREATE TEMPORARY TABLE stage (order_id text, order_serial bigint, customer_id text, customer_first_name text, customer_last_name text,
    customer_email text, customer_phone text, location_id bigint, status text, subtotal numeric(12, 2), tax numeric(12, 2),
    total numeric(12, 2), own_refund numeric(12, 2), refund_of text, ordered_at timestamptz);
\copy stage from program 'psql -X -q -v ON_ERROR_STOP=1 ${BENCH_SINCE:+-v since=$BENCH_SINCE} -d "$BENCH_SOURCE" -f orders_rows.sql'
INSERT INTO orders AS o (store_id, order_id, order_serial, customer_id, customer_first_name, customer_last_name, customer_email,
    customer_phone, location_id, status, subtotal, tax, total, own_refund, refund_of, refunded_total, ordered_at, pass_id, updated_at)
SELECT DISTINCT ON (s.order_id, s.location_id) 'default', s.order_id, s.order_serial, s.customer_id, s.customer_first_name, s.customer_last_name,
    s.customer_email, s.customer_phone, s.location_id, s.status, s.subtotal, s.tax, s.total, s.own_refund, s.refund_of, s.own_refund,
    s.ordered_at, 1, now()
FROM stage s
ORDER BY s.order_id, s.location_id, s.order_serial DESC
ON CONFLICT (store_id, order_id, location_id) DO UPDATE
SET order_serial = excluded.order_serial, customer_id = excluded.customer_id,
    customer_first_name = excluded.customer_first_name, customer_last_name = excluded.customer_last_name,
    customer_email = excluded.customer_email, customer_phone = excluded.customer_phone,
    location_id = excluded.location_id, status = excluded.status, subtotal = excluded.subtotal, tax = excluded.tax,
    total = excluded.total, own_refund = excluded.own_refund, refund_of = excluded.refund_of,
    refunded_total = excluded.refunded_total, ordered_at = excluded.ordered_at,
    pass_id = excluded.pass_id, updated_at = excluded.updated_at
WHERE excluded.order_serial >= o.order_serial
    AND (o.order_serial, o.customer_id, o.customer_first_name, o.customer_last_name, o.customer_email, o.customer_phone,
        o.location_id, o.status, o.subtotal, o.tax, o.total, o.own_refund, o.refund_of, o.ordered_at)
    IS DISTINCT FROM (excluded.order_serial, excluded.customer_id, excluded.customer_first_name, excluded.customer_last_name,
        excluded.customer_email, excluded.customer_phone, excluded.location_id, excluded.status, excluded.subtotal, excluded.tax,
        excluded.total, excluded.own_refund, excluded.refund_of, excluded.ordered_at);
COMMIT;

-- What of each staged row differs from the store's, in the columns that are compared. The store's are found among the staged keys first: with the
-- temporary table outermost, Citus would fetch all that the store has.
SELECT s.order_id, o.order_id IS NULL AS missing,
    s.order_serial IS DISTINCT FROM o.order_serial AS order_serial,
    s.customer_id IS DISTINCT FROM o.customer_id AS customer_id,
    s.customer_first_name IS DISTINCT FROM o.customer_first_name AS customer_first_name,
    s.customer_last_name IS DISTINCT FROM o.customer_last_name AS customer_last_name,
    s.customer_email IS DISTINCT FROM o.customer_email AS customer_email,
    s.customer_phone IS DISTINCT FROM o.customer_phone AS customer_phone,
    s.location_id IS DISTINCT FROM o.location_id AS location_id,
    CASE WHEN s.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE s.status END
        IS DISTINCT FROM CASE WHEN o.status IN ('refunded', 'partially_refunded') THEN 'completed' ELSE o.status END AS status,
    s.subtotal IS DISTINCT FROM o.subtotal AS subtotal,
    s.tax IS DISTINCT FROM o.tax AS tax,
    s.total IS DISTINCT FROM o.total AS total,
    s.own_refund IS DISTINCT FROM o.own_refund AS own_refund,
    s.refund_of IS DISTINCT FROM o.refund_of AS refund_of,
    s.ordered_at IS DISTINCT FROM o.ordered_at AS ordered_at
FROM stage_orders s
LEFT JOIN (
    SELECT h.order_id, h.order_serial, h.customer_id, h.customer_first_name, h.customer_last_name, h.customer_email, h.customer_phone,
        h.location_id, h.status, h.subtotal, h.tax, h.total, h.own_refund, h.refund_of, h.ordered_at
    FROM stage_orders k
    CROSS JOIN orders h
    WHERE h.store_id = :store_id AND h.order_id = k.order_id
) o ON o.order_id = s.order_id

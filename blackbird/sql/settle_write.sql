UPDATE orders
SET refunded_total = s.refunded_total, status = s.status, pass_id = :pass_id, updated_at = :now
FROM settled s
WHERE orders.store_id = :store_id AND orders.order_id = s.order_id

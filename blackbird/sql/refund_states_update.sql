UPDATE orders
SET refunded_total = r.refunded_total, status = r.status, pass_id = :pass_id, updated_at = :now
FROM {{template "records" (records "states" "order_id" "text" "location_id" "bigint"
    "refunded_total" "numeric(12, 2)" "status" "text")}}
WHERE orders.store_id = :store_id AND orders.order_id = r.order_id AND orders.location_id = r.location_id

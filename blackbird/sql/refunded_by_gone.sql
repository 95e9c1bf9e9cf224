SELECT o.refund_of
FROM orders o
LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.serial = o.order_serial
WHERE o.store_id = :store_id AND o.refund_of IS NOT NULL AND o.status <> {{removed}} AND k.row_key IS NULL

SELECT o.order_id
FROM orders o
LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.serial = o.order_serial
WHERE o.store_id = :store_id AND o.status <> 'removed' AND k.row_key IS NULL
ORDER BY o.order_id
LIMIT :limit

SELECT count(*) AS live,
    COALESCE(sum(CASE WHEN k.row_key IS NULL THEN 1 ELSE 0 END), 0) AS gone
FROM orders o
LEFT JOIN stage_keys k ON k.row_key = o.order_id AND k.serial = o.order_serial
WHERE o.store_id = :store_id AND o.status <> 'removed'

SELECT o.refund_of
FROM stage_out_of_scope m
JOIN orders o ON o.store_id = :store_id AND o.order_id = m.row_key AND o.order_serial = m.serial
WHERE o.refund_of IS NOT NULL

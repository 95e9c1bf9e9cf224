SELECT ordered_at, total, refunded_total
FROM orders
WHERE store_id = :store_id AND status IN ({{sold}}) AND ordered_at >= :from AND ordered_at < :until

SELECT count(DISTINCT customer_id)
FROM orders
WHERE store_id = :store_id AND status IN ({{sold}}) AND ordered_at >= :from

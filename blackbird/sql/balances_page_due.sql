SELECT customer_id FROM stage_balances WHERE customer_id > :after ORDER BY customer_id LIMIT :limit

SELECT EXISTS (SELECT 1 FROM points_ledger WHERE store_id = :store_id)

SELECT COALESCE(max(pass_id), 0) + 1 FROM passes WHERE store_id = :store_id

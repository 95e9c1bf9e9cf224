DELETE FROM sources WHERE store_id = :store_id

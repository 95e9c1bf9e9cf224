UPDATE sources SET clock = :clock WHERE store_id = :store_id AND stream = :stream

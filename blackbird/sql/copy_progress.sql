UPDATE passes
SET message = :message
WHERE store_id = :store_id AND pass_id = :pass_id AND status = 'running'

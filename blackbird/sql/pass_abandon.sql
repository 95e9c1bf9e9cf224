UPDATE passes
SET status = 'dead', finished_at = :now, message = 'stopped without reporting a result'
WHERE store_id = :store_id AND stream = :stream AND status = 'running'

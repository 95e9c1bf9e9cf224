UPDATE passes
SET status = 'dead', finished_at = :now, message = 'ended without a word, killed or cut off'
WHERE store_id = :store_id AND stream = :stream AND status = 'running'

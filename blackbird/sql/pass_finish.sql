UPDATE passes
SET status = :status, finished_at = :now, message = :message,
    read = :read, inserted = :inserted, updated = :updated,
    unchanged = :unchanged, removed = :removed, rejected = :rejected
WHERE store_id = :store_id AND pass_id = :pass_id AND status = 'running'

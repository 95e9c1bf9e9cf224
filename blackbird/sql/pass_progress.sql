UPDATE passes
SET read = :read, inserted = :inserted, updated = :updated, unchanged = :unchanged, removed = :removed, rejected = :rejected
WHERE store_id = :store_id AND pass_id = :pass_id AND status = 'running'

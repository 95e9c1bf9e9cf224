-- Two merges of one pass may be at work; the row's lock lets one after the other end.
UPDATE passes
SET read = read + :read, inserted = inserted + :inserted, updated = updated + :updated,
    unchanged = unchanged + :unchanged, removed = removed + :removed, rejected = rejected + :rejected
WHERE store_id = :store_id AND pass_id = :pass_id AND status = 'running'

-- Locks the pass's row until the transaction ends: another merge of the pass that comes here waits. It is an update
-- that changes nothing, for SQLite has no SELECT FOR UPDATE.
UPDATE passes
SET read = read
WHERE store_id = :store_id AND pass_id = :pass_id AND status = 'running'

INSERT INTO rejects (store_id, stream, row_key, reason, detail, first_seen, last_seen)
VALUES (:store_id, :stream, :row_key, :reason, :detail, :now, :now)
ON CONFLICT (store_id, stream, row_key) DO UPDATE
SET reason = excluded.reason, detail = excluded.detail, last_seen = excluded.last_seen
WHERE rejects.reason <> excluded.reason OR rejects.detail <> excluded.detail

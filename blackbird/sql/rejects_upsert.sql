INSERT INTO rejects (store_id, stream, row_key, reason, detail, first_seen, last_seen)
SELECT :store_id, :stream, r.row_key, r.reason, r.detail, :now, :now
FROM {{template "records" (records "rows" "row_key" "text" "reason" "text" "detail" "text")}}
WHERE true
ON CONFLICT (store_id, stream, row_key) DO UPDATE
SET reason = excluded.reason, detail = excluded.detail, last_seen = excluded.last_seen
WHERE rejects.reason <> excluded.reason OR rejects.detail <> excluded.detail

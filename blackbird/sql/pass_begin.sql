INSERT INTO passes (store_id, pass_id, stream, mode, status, started_at)
VALUES (:store_id, :pass_id, :stream, :mode, 'running', :now)

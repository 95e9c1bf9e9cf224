INSERT INTO sources (store_id, stream, system_identifier, database_name, database_oid, locations, first_pass_id,
    last_pass_id)
VALUES (:store_id, :stream, :system_identifier, :database_name, :database_oid, :locations, :pass_id, :pass_id)
ON CONFLICT (store_id, stream) DO UPDATE
SET system_identifier = excluded.system_identifier, database_name = excluded.database_name,
    database_oid = excluded.database_oid, locations = excluded.locations, last_pass_id = excluded.last_pass_id

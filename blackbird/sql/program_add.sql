INSERT INTO points_programs (store_id, version, effective_from, rules, first_pass_id, created_at)
VALUES (:store_id, :version, :from, :rules, :pass_id, :now)

UPDATE points_programs SET full_pass_id = :pass_id WHERE store_id = :store_id AND version = :version

UPDATE points_ledger
SET rule = :rule, terms = :terms
WHERE store_id = :store_id AND customer_id = :customer_id AND source_kind = {{adjustment}} AND source_id = :source_id
    AND location_id = :location_id AND revision = :revision

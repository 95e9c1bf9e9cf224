SELECT EXISTS (
    SELECT 1
    FROM points_ledger
    WHERE store_id = :store_id AND source_kind IN ({{expiry}}, {{adjustment}}) AND kind IN ({{expiry}}, 'write_off'))

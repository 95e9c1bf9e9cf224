SELECT customer_id, source_id, revision, location_id, rule
FROM points_ledger
WHERE store_id = :store_id AND source_kind = {{adjustment}} AND kind = {{adjustment}}
ORDER BY pass_id

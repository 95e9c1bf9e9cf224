-- How many of the live rows whose serial was not listed are listed with other serials.
SELECT count(*)
FROM {{.Name}} t
LEFT JOIN {{template "listed" .}} AND k.serial = t.{{.Serial}}
WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL
    AND (t.order_id, t.location_id) IN (SELECT n.row_key, n.location_id FROM stage_keys n)

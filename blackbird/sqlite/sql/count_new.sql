-- The staged rows whose key the table does not have yet.
SELECT count(*)
FROM {{.Stage}} s
WHERE NOT EXISTS (SELECT 1 FROM {{.Name}} t WHERE t.store_id = :store_id AND {{template "same_key" .}})

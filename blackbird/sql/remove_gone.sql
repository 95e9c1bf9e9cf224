-- What is gone is found by a join: Citus takes no subquery that asks a temporary table about a row of a shard.
UPDATE {{.Name}}
SET {{.Removed.Column}} = {{.Removed.Value}}, pass_id = :pass_id, updated_at = :now
FROM (
    SELECT {{.KeysOf "t"}}
    FROM {{.Name}} t
    LEFT JOIN {{template "listed" .}}
    WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL) g
WHERE {{.Name}}.store_id = :store_id {{range .Keys}} AND {{$.Name}}.{{.}} = g.{{.}}{{end}}

-- Gives rows whose serial was not listed the lowest one that is listed of their key: the source has none of theirs any
-- more, and any of its rows may take their place.
UPDATE {{.Name}}
SET {{.Serial}} = g.serial, pass_id = :pass_id, updated_at = :now
FROM (
    SELECT {{.KeysOf "t"}}, min(n.serial) AS serial
    FROM {{.Name}} t
    JOIN stage_keys n ON n.row_key = t.{{.Key}} AND n.location_id = t.location_id
    LEFT JOIN {{template "listed" .}} AND k.serial = t.{{.Serial}}
    WHERE t.store_id = :store_id AND {{template "live" .}} AND k.row_key IS NULL
    GROUP BY {{.KeysOf "t"}}) g
WHERE {{.Name}}.store_id = :store_id{{range .Keys}} AND {{$.Name}}.{{.}} = g.{{.}}{{end}}

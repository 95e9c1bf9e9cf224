UPDATE {{.Name}}
SET {{.Removed.Column}} = {{.Removed.Value}}, pass_id = :pass_id, updated_at = :now
WHERE store_id = :store_id AND {{.Removed.Column}} <> {{.Removed.Value}}
    {{- if .Serial}}
    AND ({{.Key}}, location_id, {{.Serial}}) IN (SELECT m.row_key, m.location_id, m.serial FROM stage_out_of_scope m)
    {{- else}}
    AND {{.Key}} IN (SELECT m.row_key FROM stage_out_of_scope m)
    {{- end}}

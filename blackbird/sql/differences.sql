-- What of each staged row differs from the store's, in the columns that are compared. The store's are found among the
-- staged keys first: with the temporary table outermost, Citus would fetch all that the store has.
SELECT s.{{.Key}}, t.{{.Key}} IS NULL AS missing
{{- range .Content}},
    {{template "compared" (.Of "s")}} IS DISTINCT FROM {{template "compared" (.Of "t")}} AS {{.Name}}
{{- end}}
FROM {{.Stage}} s
LEFT JOIN (
    SELECT h.{{.Key}}{{range .Content}}, h.{{.Name}}{{end}}
    FROM {{.Stage}} k
    CROSS JOIN {{.Name}} h
    WHERE h.store_id = :store_id AND h.{{.Key}} = k.{{.Key}}
) t ON t.{{.Key}} = s.{{.Key}}

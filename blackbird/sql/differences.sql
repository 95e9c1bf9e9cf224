-- What of each staged row differs from the store's, in the columns that are compared. The store's are found among the
-- staged keys first: with the temporary table outermost, Citus would fetch all that the store has.
SELECT {{.KeysOf "s"}}, t.{{.Key}} IS NULL AS missing
{{- range .Content}},
    {{template "compared" (.Of "s")}} IS DISTINCT FROM {{template "compared" (.Of "t")}} AS {{.Name}}
{{- end}}
FROM {{.Stage}} s
LEFT JOIN (
    SELECT {{.KeysOf "h"}}{{range .Content}}, h.{{.Name}}{{end}}
    FROM {{.Stage}} k
    CROSS JOIN {{.Name}} h
    WHERE h.store_id = :store_id AND {{range $i, $c := .Keys}}{{if $i}} AND {{end}}h.{{$c}} = k.{{$c}}{{end}}
) t ON {{template "same_key" .}}

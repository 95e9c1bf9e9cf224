{{/* How often each value of some columns occurs in $1 rows of a table: the newest, where an index has their order. */ -}}
SELECT v.name, v.value, count(*) AS rows
FROM (
    SELECT *
    FROM {{.From .Table}} p
    {{- if .Unique .Table .Key}}
    ORDER BY p.{{.Key}} DESC
    {{- end}}
    LIMIT $1
) s
CROSS JOIN LATERAL (
    VALUES
    {{- range $i, $c := .Columns}}{{if $i}},{{end}}
        ('{{$c}}', CAST(s.{{$c}} AS text))
    {{- end}}
) v (name, value)
GROUP BY v.name, v.value

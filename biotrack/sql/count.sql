{{/* How many rows have a key, and whether any has none. */ -}}
SELECT count(p.{{.Key}}) AS rows, count(*) > count(p.{{.Key}}) AS without_key FROM {{.From .Table}} p

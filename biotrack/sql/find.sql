SELECT CAST(p.{{.Key}} AS text)
FROM {{.From .Table}} p
WHERE btrim(p.{{.Name}}, {{.Space}}) IN (SELECT unnest(CAST($1 AS text[])))

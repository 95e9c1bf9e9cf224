SELECT CAST(p.{{.Key}} AS text)
FROM {{.From .Table}} p
WHERE age(p.xmin) <= age(CAST($1 AS xid))
LIMIT $2

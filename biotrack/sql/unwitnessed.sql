{{/* Rows that are newer than the oldest of the rows with the ids $2, were written before $1, the position as a row's 32
bits, and are not among the rows with the keys $3. Without such rows the table was empty, and any row may be one. */ -}}
SELECT CAST(p.{{.Key}} AS text)
FROM {{.From .Table}} p
WHERE age(p.xmin) > (SELECT age(CAST($1 AS xid)))
    AND (cardinality(CAST($2 AS xid[])) = 0
        OR age(p.xmin) < (SELECT max(age(w.xid)) FROM unnest(CAST($2 AS xid[])) w(xid)))
    AND p.{{.Key}} <> ALL (CAST($3 AS {{.KeyType}}[]))
LIMIT 1

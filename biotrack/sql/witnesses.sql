{{/* Rows as witnesses: of those with the keys $4, or of all, the $2 written last, all if NULL, and of these the ones that
the last $3 transactions wrote, all if NULL: to sort all rows of a table by age takes longer than to scan it. Rows from
before a wrap-around, whose ids seem not to be given out yet, are none. */ -}}
SELECT CAST(p.{{.Key}} AS text) AS key,
    CAST(p.xmin AS text) AS xid,
    substr(md5(COALESCE(CAST(p.{{.Name}} AS text), '')), 1, 8) AS name,
    substr(md5(CAST(ROW({{.Columns "p"}}) AS text)), 1, 8) AS content,
    {{template "written_since.sql" "p"}} AS newer
FROM {{.From .Table}} p
WHERE p.{{.Key}} = ANY (ARRAY(
    SELECT q.{{.Key}}
    FROM {{.From .Table}} q
    WHERE {{template "given_out.sql" "q"}}
        AND (CAST($3 AS bigint) IS NULL OR age(q.xmin) <= CAST($3 AS bigint))
    {{- if .ByKey}}
        AND q.{{.Key}} = ANY (CAST($4 AS {{.KeyType}}[]))
    {{- end}}
    ORDER BY age(q.xmin), q.{{.Key}} DESC
    LIMIT CAST($2 AS bigint)))
ORDER BY age(p.xmin), p.{{.Key}} DESC

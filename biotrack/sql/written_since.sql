{{/* Whether a transaction at or after $1, the position as a row's 32 bits, wrote a row. Ids are compared by their age,
so that they may wrap around. */ -}}
age({{.}}.xmin) <= (SELECT age(CAST($1 AS xid))) AND {{template "given_out.sql" .}}

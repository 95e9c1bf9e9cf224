{{/* The rows of a page: those after the key $1, from the first on if NULL, of the locations $3, all if NULL; dated ones
are those whose time is at or after $4 and before $5. */ -}}
(CAST($1 AS {{.KeyType}}) IS NULL OR p.{{.Key}} > CAST($1 AS {{.KeyType}}))
    AND (CAST($3 AS bigint[]) IS NULL OR {{.AtLocations .Table "p" "$3"}})
{{- if .Dated}}
    AND {{.Epoch .Table "p" .Time}} >= CAST($4 AS bigint) AND {{.Epoch .Table "p" .Time}} < CAST($5 AS bigint)
{{- end}}

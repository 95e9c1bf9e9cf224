{{/* How many rows of the locations $1, all if NULL, have a name and are not deleted. */ -}}
SELECT count(*)
FROM {{.From .Table}} p
WHERE btrim(p.{{.Name}}, {{.Space}}) <> '' AND {{.Col .Table "p" "deleted"}} = 0
    AND (CAST($1 AS bigint[]) IS NULL OR {{.AtLocations .Table "p" "$1"}})

{{/* The lots of the locations $1, all if NULL, that hold something: most of an old shop's are empty. Nothing remains
of a lot whose remaining weight is 0, whatever its roomdata says. */ -}}
FROM {{.From "inventory"}} i
WHERE (CAST($1 AS bigint[]) IS NULL OR {{.AtLocations "inventory" "i" "$1"}})
    AND i.remainingweight IS DISTINCT FROM 0
    AND (i.remainingweight IS NOT NULL OR btrim({{.Col "inventory" "i" "roomdata"}}, {{.Space}}) <> '')

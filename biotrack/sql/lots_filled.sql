{{/* The lots of the locations $1, all if NULL, that hold something: most of an old shop's are empty. */ -}}
FROM {{.From "inventory"}} i
WHERE (CAST($1 AS bigint[]) IS NULL OR {{.Col "inventory" "i" "location"}} = ANY ($1))
    AND (btrim({{.Col "inventory" "i" "roomdata"}}, {{.Space}}) <> ''
        OR {{.Col "inventory" "i" "remainingweight"}} <> 0)

SELECT COALESCE(CAST({{.Col "orgdata" "o" "orgname"}} AS text), '') AS name
FROM orgdata o
ORDER BY o.id
LIMIT 1

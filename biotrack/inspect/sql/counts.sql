{{/* How many rows of a table each location has. */ -}}
SELECT {{.Col .Table "c" "location"}} AS id, count(*) AS rows
FROM {{.From .Table}} c
GROUP BY 1

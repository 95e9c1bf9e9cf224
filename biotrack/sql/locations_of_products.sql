ROLLBACK TO SAVEPOINT state;
SELECT DISTINCT CAST({{.Col "products" "p" "location"}} AS bigint) AS id, '' AS name, false AS deleted
FROM {{.From "products"}} p
ORDER BY 1

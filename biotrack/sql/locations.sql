ROLLBACK TO SAVEPOINT state;
SELECT CAST(l.id AS bigint) AS id,
    COALESCE(CAST({{.Col "locations" "l" "name"}} AS text), '') AS name,
    {{.Col "locations" "l" "deleted"}} <> 0 AS deleted
FROM {{.From "locations"}} l
ORDER BY l.id

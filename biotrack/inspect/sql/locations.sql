SELECT l.id,
    COALESCE(CAST({{.Col "locations" "l" "name"}} AS text), '') AS name,
    {{.Col "locations" "l" "deleted"}} <> 0 AS deleted
FROM locations l
ORDER BY l.id

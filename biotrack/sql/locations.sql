SELECT l.id,
    {{.Col "locations" "l" "name" "CAST(NULL AS text)"}},
    COALESCE({{.Col "locations" "l" "deleted" "0"}}, 0) <> 0
FROM locations l
ORDER BY l.id

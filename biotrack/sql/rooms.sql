SELECT r.id, r.roomname, COALESCE({{.Col "inventoryrooms" "r" "quarantine" "0"}}, 0) <> 0
FROM {{.From "inventoryrooms"}} r
WHERE COALESCE({{.Col "inventoryrooms" "r" "deleted" "0"}}, 0) = 0
ORDER BY r.id

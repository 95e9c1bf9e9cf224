SELECT CAST(r.id AS bigint) AS id,
    COALESCE(CAST(r.roomname AS text), '') AS name,
    {{.Col "inventoryrooms" "r" "quarantine"}} <> 0 AS quarantine
FROM {{.From "inventoryrooms"}} r
WHERE {{.Col "inventoryrooms" "r" "deleted"}} = 0
ORDER BY r.id

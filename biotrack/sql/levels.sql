SELECT CAST(l.id AS bigint) AS id, COALESCE(CAST(l.membername AS text), '') AS name
FROM {{.From "memberdiscount"}} l
WHERE {{.Col "memberdiscount" "l" "deleted"}} = 0
ORDER BY l.id

SELECT l.id, l.membername
FROM {{.From "memberdiscount"}} l
WHERE COALESCE({{.Col "memberdiscount" "l" "deleted" "0"}}, 0) = 0
ORDER BY l.id

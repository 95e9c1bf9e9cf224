-- Changes $1 lots, other ones for each $2, as if by chance but always alike.
UPDATE inventory
SET roomdata = '0,' || CAST(1 + CAST($2 AS bigint) % 50 AS text), remainingweight = 1 + CAST($2 AS bigint) % 50
WHERE id IN (SELECT i.id FROM inventory i ORDER BY md5(i.id || ':' || CAST($2 AS text)) LIMIT $1)

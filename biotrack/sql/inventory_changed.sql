{{/* A room or a category that changed may change the line of every product in it. For a room it is not worth finding
out which those are. */ -}}
SELECT CAST(p.id AS bigint)
FROM {{.From "products"}} p
WHERE age(p.xmin) <= age(CAST($1 AS xid))
UNION ALL
SELECT CAST(i.productid AS bigint)
FROM {{.From "inventory"}} i
WHERE i.productid IS NOT NULL
    AND (age(i.xmin) <= age(CAST($1 AS xid))
        OR {{.Epoch "inventory" "i" "expiration"}} BETWEEN CAST($2 AS bigint) AND date_part('epoch', now()))
UNION ALL
SELECT CAST(p.id AS bigint)
FROM {{.From "productcategories"}} g
JOIN {{.From "products"}} p ON p.productcategory = g.id
WHERE age(g.xmin) <= age(CAST($1 AS xid))
UNION ALL
SELECT CAST(p.id AS bigint)
FROM {{.From "products"}} p
WHERE EXISTS (SELECT 1 FROM {{.From "inventoryrooms"}} r WHERE age(r.xmin) <= age(CAST($1 AS xid)))

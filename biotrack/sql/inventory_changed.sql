{{/* A room or a category that changed may change the line of every product in it. For a room it is not worth finding
out which those are. */ -}}
SELECT CAST(p.id AS bigint)
FROM {{.From "products"}} p
WHERE {{template "written_since.sql" "p"}}
UNION ALL
SELECT CAST(i.productid AS bigint)
FROM {{.From "inventory"}} i
WHERE i.productid IS NOT NULL
    AND ({{template "written_since.sql" "i"}}
        OR {{.Epoch "inventory" "i" "expiration"}} BETWEEN CAST($2 AS bigint) AND date_part('epoch', now()))
UNION ALL
SELECT CAST(p.id AS bigint)
FROM {{.From "productcategories"}} g
JOIN {{.From "products"}} p ON p.productcategory = g.id
WHERE {{template "written_since.sql" "g"}}
UNION ALL
SELECT CAST(p.id AS bigint)
FROM {{.From "products"}} p
WHERE EXISTS (SELECT 1 FROM {{.From "inventoryrooms"}} r WHERE {{template "written_since.sql" "r"}})

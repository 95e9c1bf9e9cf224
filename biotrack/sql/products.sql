SELECT CAST(p.id AS bigint),
    p.name,
    p.pricepoint,
    g.pricepoint,
    {{.Col "productcategories" "g" "name"}},
    {{.Col "products" "p" "requiresweighing"}} <> 0,
    {{.Col "products" "p" "deleted"}} <> 0
FROM {{.From "products"}} p
LEFT JOIN {{.From "productcategories"}} g ON g.id = p.productcategory
WHERE CAST($1 AS bigint[]) IS NULL OR {{.Col "products" "p" "location"}} = ANY ($1)
ORDER BY p.id

SELECT CAST(p.id AS bigint),
    p.name,
    p.pricepoint,
    g.pricepoint,
    {{.Col "productcategories" "g" "name"}},
    {{.Col "products" "p" "requiresweighing"}} <> 0,
    {{.Col "products" "p" "deleted"}} <> 0
FROM {{.From "products"}} p
LEFT JOIN {{.From "productcategories"}} g ON g.id = p.productcategory
WHERE CAST($1 AS bigint[]) IS NULL OR {{.AtLocations "products" "p" "$1"}}
ORDER BY p.id

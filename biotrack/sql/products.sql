SELECT p.id,
    p.name,
    p.pricepoint,
    g.pricepoint,
    COALESCE(p.requiresweighing, 0) <> 0,
    COALESCE(p.deleted, 0) <> 0
FROM {{.From "products"}} p
LEFT JOIN {{.From "productcategories"}} g ON g.id = p.productcategory
WHERE CAST($1 AS bigint[]) IS NULL OR COALESCE({{.Col "products" "p" "location" "1"}}, 1) = ANY ($1)
ORDER BY p.id

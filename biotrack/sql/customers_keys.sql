SELECT record_out(ROW(CAST(c.customerid AS text), c.customerid, 0))
FROM {{.From "customers"}} c
WHERE c.customerid >= $1 AND (c.customerid > $1 OR CAST($2 AS boolean))
    AND (CAST($4 AS bigint[]) IS NULL OR COALESCE({{.Col "customers" "c" "location" "1"}}, 1) = ANY ($4))
ORDER BY c.customerid
LIMIT CAST($3 AS bigint)

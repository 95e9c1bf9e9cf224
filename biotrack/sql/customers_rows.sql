{{/* One row a customer. An id that differs from another row's only by the blanks around it is marked, by the other row's
location: both would be one customer in the store. Only such an id is looked up. */ -}}
SELECT record_out(ROW(
    CAST(c.customerid AS text),
    c.firstname,
    c.lastname,
    c.email,
    {{.Col "customers" "c" "cell" "CAST(NULL AS text)"}},
    c.phone,
    COALESCE({{.Col "customers" "c" "location" "1"}}, 1),
    COALESCE(c.deleted, 0),
    CASE WHEN CAST(c.customerid AS text) <> btrim(c.customerid, {{.Space}}) THEN (
        SELECT COALESCE({{.Col "customers" "d" "location" "1"}}, 1) FROM {{.From "customers"}} d
        WHERE d.customerid = CAST(btrim(c.customerid, {{.Space}}) AS {{.TextType "customers" "customerid"}}))
    END))
FROM ({{.Rows}}) c
ORDER BY c.customerid

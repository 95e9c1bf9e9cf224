{{/* One row a customer. An id that differs from another row's only by the blanks around it is marked, by the other
row's location: both would be one customer in the store. Only such an id is looked up. */ -}}
SELECT record_out(ROW(
    {{.Columns "c"}},
    CASE WHEN CAST(c.customerid AS text) <> btrim(c.customerid, {{.Space}}) THEN (
        SELECT {{.Col "customers" "d" "location"}}
        FROM {{.From "customers"}} d
        WHERE d.customerid = CAST(btrim(c.customerid, {{.Space}}) AS {{.TextType "customers" "customerid"}}))
    END))
FROM (
{{template "rows.sql" .}}
) c
ORDER BY c.customerid

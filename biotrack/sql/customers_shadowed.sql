SELECT CAST(c.customerid AS text)
FROM {{.From "customers"}} c
WHERE CAST(c.customerid AS text) <> btrim(c.customerid, {{.Space}}) AND EXISTS (
    SELECT 1 FROM {{.From "customers"}} d
    WHERE d.customerid = CAST(btrim(c.customerid, {{.Space}}) AS {{.TextType "customers" "customerid"}})
        AND {{template "written_since.sql" "d"}})

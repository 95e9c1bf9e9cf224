{{/* Whether customers' ids have blanks around them, other than those that char(n) pads with. */ -}}
SELECT EXISTS (
    SELECT 1
    FROM {{.From "customers"}} o
    WHERE CAST(o.customerid AS text) <> btrim(o.customerid, {{.Space}}) AND btrim(o.customerid, {{.Space}}) <> '')

{{/* One row a ticket, with the contact of the customer it names. The customer is looked up by the ticket's customerid as the customers
table would spell it, so that its primary key serves; failing that as it stands, for a server whose varchar ids carry blanks. A blank
id names nobody, though there may be a customer with a blank one. */ -}}
SELECT t.ticketserial,
    t.id,
    t.customerid,
    t.refticketid,
    COALESCE({{.Col "tickets" "t" "location" "1"}}, 1),
    COALESCE(t.deleted, 0),
    COALESCE(t.pif, 1),
    COALESCE({{.Col "tickets" "t" "preorder" "0"}}, 0),
    {{.Num "tickets" "t" "price"}},
    {{.Num "tickets" "t" "tax"}},
    {{.Num "tickets" "t" "totalprice"}},
    {{.Num "tickets" "t" "refundtotalprice"}},
    t.datetime,
    COALESCE(c.firstname, s.firstname),
    COALESCE(c.lastname, s.lastname),
    COALESCE(c.email, s.email),
    COALESCE({{.Col "customers" "c" "cell" "NULL"}}, {{.Col "customers" "s" "cell" "NULL"}}),
    COALESCE(c.phone, s.phone)
FROM ({{.Rows}}) t
LEFT JOIN customers c
    ON c.customerid = CAST(NULLIF(btrim(t.customerid, {{.Space}}), '') AS {{.TextType "customers" "customerid"}})
LEFT JOIN customers s
    ON s.customerid = CASE
        WHEN c.customerid IS NULL AND btrim(t.customerid, {{.Space}}) NOT IN ('', CAST(t.customerid AS text))
        THEN CAST(t.customerid AS {{.TextType "customers" "customerid"}}) END
ORDER BY t.ticketserial

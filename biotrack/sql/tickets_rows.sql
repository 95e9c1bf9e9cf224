{{/* One row a ticket, with the contact of the customer it names. The customer is looked up by the ticket's customerid as the customers
table would spell it, one by one, so that its primary key serves: no page is worth reading the whole table for. Where that table has ids with blanks around them, and only there, they are looked
through as well. A blank id names nobody, though there may be a customer with a blank one. */ -}}
SELECT record_out(ROW(
    t.ticketserial,
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
{{- if .OddCustomers}}
    COALESCE(c.firstname, s.firstname),
    COALESCE(c.lastname, s.lastname),
    COALESCE(c.email, s.email),
    COALESCE(c.cell, {{.Col "customers" "s" "cell" "NULL"}}),
    COALESCE(c.phone, s.phone)
{{- else}}
    c.firstname, c.lastname, c.email, c.cell, c.phone
{{- end}}))
FROM ({{.Rows}}) t
LEFT JOIN LATERAL (
    SELECT k.customerid, k.firstname, k.lastname, k.email, k.phone, {{.Col "customers" "k" "cell" "CAST(NULL AS text)"}} AS cell
    FROM {{.From "customers"}} k
    WHERE k.customerid = CAST(NULLIF(btrim(t.customerid, {{.Space}}), '') AS {{.TextType "customers" "customerid"}})
    LIMIT 1
) c ON true
{{if .OddCustomers -}}
LEFT JOIN (
    SELECT DISTINCT ON (btrim(o.customerid, {{.Space}})) o.*, btrim(o.customerid, {{.Space}}) AS name
    FROM {{.From "customers"}} o
    WHERE CAST(o.customerid AS text) <> btrim(o.customerid, {{.Space}})
    ORDER BY btrim(o.customerid, {{.Space}}), CAST(o.customerid AS text) COLLATE "C"
) s ON c.customerid IS NULL AND s.name = NULLIF(btrim(t.customerid, {{.Space}}), '')
{{end -}}
ORDER BY t.ticketserial

{{/* One row a ticket, with the contact of the customer it names. The customer is looked up by the ticket's customerid
as the customers table would spell it, one by one, so that its primary key serves: no page is worth reading the whole
table for. Where that table has ids with blanks around them, and only there, they are looked through as well. A blank id
names no customer, though there may be one with a blank id. */ -}}
SELECT record_out(ROW(
    {{.Columns "t"}},
{{- if .SpacedIDs}}
    COALESCE(c.firstname, s.firstname),
    COALESCE(c.lastname, s.lastname),
    COALESCE(c.email, s.email),
    COALESCE(c.cell, s.cell),
    COALESCE(c.phone, s.phone)
{{- else}}
    c.firstname, c.lastname, c.email, c.cell, c.phone
{{- end}}))
FROM (
{{template "rows.sql" .}}
) t
LEFT JOIN LATERAL (
    SELECT k.customerid, k.firstname, k.lastname, k.email, {{.Col "customers" "k" "cell"}} AS cell, k.phone
    FROM {{.From "customers"}} k
    WHERE k.customerid = CAST(NULLIF(btrim(t.customerid, {{.Space}}), '') AS {{.TextType "customers" "customerid"}})
    LIMIT 1
) c ON true
{{if .SpacedIDs -}}
LEFT JOIN (
    SELECT DISTINCT ON (btrim(o.customerid, {{.Space}}))
        btrim(o.customerid, {{.Space}}) AS id,
        o.firstname, o.lastname, o.email, {{.Col "customers" "o" "cell"}} AS cell, o.phone
    FROM {{.From "customers"}} o
    WHERE CAST(o.customerid AS text) <> btrim(o.customerid, {{.Space}})
    ORDER BY btrim(o.customerid, {{.Space}}), CAST(o.customerid AS text) COLLATE "C"
) s ON c.customerid IS NULL AND s.id = NULLIF(btrim(t.customerid, {{.Space}}), '')
{{end -}}
ORDER BY t.ticketserial

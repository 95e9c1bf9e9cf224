{{/* The refunds at other locations than $1 that are of no ticket of their own location: of one at these locations, or of
one that is not known. Of the tickets with the keys $2, all if NULL. An id is looked for in one scan: it has no index. */ -}}
SELECT CAST(r.ticketserial AS text)
FROM (
    SELECT p.ticketserial, btrim(p.refticketid, {{.Space}}) AS id, {{.Col .Table "p" "location"}} AS location
    FROM {{.From .Table}} p
    WHERE btrim(p.refticketid, {{.Space}}) <> '' AND NOT {{.Col .Table "p" "location"}} = ANY ($1)
        AND (CAST($2 AS bigint[]) IS NULL OR p.ticketserial = ANY (CAST($2 AS bigint[])))
) r
LEFT JOIN (
    SELECT btrim(o.id, {{.Space}}) AS id, {{.Col .Table "o" "location"}} AS location
    FROM {{.From .Table}} o
) t ON t.id = r.id
GROUP BY r.ticketserial
HAVING count(t.id) = 0 OR (NOT bool_or(t.location = r.location) AND bool_or(t.location = ANY ($1)))

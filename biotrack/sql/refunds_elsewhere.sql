{{/* The refunds at other locations than $1 that are of no ticket of their own location: of one at these locations, or of
one that is not known. Of the tickets with the keys $2, all if NULL. Ids have no index: they are looked for in one scan, of
which only what is looked for is kept. */ -}}
WITH refunds AS (
    SELECT p.ticketserial, btrim(p.refticketid, {{.Space}}) AS id, {{.Col .Table "p" "location"}} AS location
    FROM {{.From .Table}} p
    WHERE btrim(p.refticketid, {{.Space}}) <> '' AND NOT {{.Col .Table "p" "location"}} = ANY ($1)
        AND (CAST($2 AS bigint[]) IS NULL OR p.ticketserial = ANY (CAST($2 AS bigint[])))
), originals AS {{.Materialized}} (
    SELECT btrim(o.id, {{.Space}}) AS id, {{.Col .Table "o" "location"}} AS location
    FROM {{.From .Table}} o
    WHERE btrim(o.id, {{.Space}}) IN (SELECT id FROM refunds)
)
SELECT CAST(r.ticketserial AS text)
FROM refunds r
LEFT JOIN originals o ON o.id = r.id
GROUP BY r.ticketserial
HAVING count(o.id) = 0 OR (NOT bool_or(o.location = r.location) AND bool_or(o.location = ANY ($1)))

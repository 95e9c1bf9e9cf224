{{/* The refunds that name no ticket by its id, but one by its transaction: those with the keys $1, all if NULL. Each with
the tickets of that transaction, and those of the same ids. Neither has an index: each is looked for in one scan, of which
only what is looked for is kept. A plain join would have the till sort all of its tickets. Totals may be of any type. */ -}}
WITH refunds AS (
    SELECT *
    FROM (
        SELECT p.ticketserial, {{.Col .Table "p" "location"}} AS location,
            btrim(CAST(p.transactionid AS text), {{.Space}}) AS own,
            btrim(CAST(p.transactionid_original AS text), {{.Space}}) AS original
        FROM {{.From .Table}} p
        WHERE COALESCE(btrim(p.refticketid, {{.Space}}), '') = ''
            AND btrim(CAST(p.totalprice AS text), {{.Space}}) ~ '^(-|0*[.]?0*$)'
            AND (CAST($1 AS bigint[]) IS NULL OR p.ticketserial = ANY (CAST($1 AS bigint[])))
    ) r
    WHERE r.original NOT IN ('', '0') AND r.original IS DISTINCT FROM r.own
), originals AS (
    SELECT btrim(CAST(q.id AS text), {{.Space}}) AS id, {{.Col .Table "q" "location"}} AS location,
        btrim(CAST(q.transactionid AS text), {{.Space}}) AS transaction, q.ticketserial
    FROM {{.From .Table}} q
    WHERE btrim(CAST(q.transactionid AS text), {{.Space}}) IN (SELECT original FROM refunds)
        AND btrim(CAST(q.id AS text), {{.Space}}) <> ''
), namesakes AS (
    SELECT btrim(CAST(m.id AS text), {{.Space}}) AS id, {{.Col .Table "m" "location"}} AS location, m.ticketserial
    FROM {{.From .Table}} m
    WHERE btrim(CAST(m.id AS text), {{.Space}}) IN (SELECT id FROM originals)
)
SELECT record_out(ROW(CAST(r.ticketserial AS text), r.location, o.id, o.location, o.ticketserial, n.ticketserial))
FROM refunds r
LEFT JOIN originals o ON o.transaction = r.original
LEFT JOIN namesakes n ON n.id = o.id AND n.location = o.location AND n.ticketserial <> o.ticketserial

{{/* The refunds that name no ticket by its id, but one by its transaction: those with the keys $1, all if NULL. Each with
the tickets of that transaction; and, without a refund, all tickets that have the ids of these. Neither has an index: each
is looked for in one scan, of which only what is looked for is kept. A plain join would have the till sort all of its
tickets, or scan them once for each refund. Totals may be of any type. */ -}}
WITH refunds AS (
    SELECT *
    FROM (
        SELECT p.ticketserial, {{.Col .Table "p" "location"}} AS location,
            {{.Transaction "p" "transactionid"}} AS own,
            {{.Transaction "p" "transactionid_original"}} AS original
        FROM {{.From .Table}} p
        WHERE p.transactionid_original IS NOT NULL
            AND COALESCE(btrim(p.refticketid, {{.Space}}), '') = ''
            AND btrim(CAST(p.totalprice AS text), {{.Space}}) ~ '^(-|0*[.]?0*$)'
            AND (CAST($1 AS bigint[]) IS NULL OR p.ticketserial = ANY (CAST($1 AS bigint[])))
    ) r
    WHERE CAST(r.original AS text) NOT IN ('', '0') AND r.original IS DISTINCT FROM r.own
), originals AS (
    SELECT btrim(CAST(q.id AS text), {{.Space}}) AS id, {{.Col .Table "q" "location"}} AS location,
        {{.Transaction "q" "transactionid"}} AS transaction, q.ticketserial
    FROM {{.From .Table}} q
    WHERE {{.Transaction "q" "transactionid"}} IN (SELECT original FROM refunds)
)
SELECT record_out(ROW(CAST(r.ticketserial AS text), r.location, o.id, o.location, o.ticketserial))
FROM refunds r
LEFT JOIN originals o ON o.transaction = r.original AND o.id <> ''
UNION ALL
SELECT record_out(ROW(CAST(NULL AS text), CAST(NULL AS bigint), m.id, m.location, m.ticketserial))
FROM (
    SELECT btrim(CAST(t.id AS text), {{.Space}}) AS id, {{.Col .Table "t" "location"}} AS location, t.ticketserial
    FROM {{.From .Table}} t
) m
WHERE m.id IN (SELECT id FROM originals WHERE id <> '')

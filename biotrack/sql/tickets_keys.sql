SELECT record_out(ROW(t.ticketserial, t.id, t.ticketserial))
FROM {{.From "tickets"}} t
WHERE t.ticketserial >= CAST($1 AS bigint) AND (t.ticketserial > CAST($1 AS bigint) OR CAST($2 AS boolean))
    AND (CAST($4 AS bigint[]) IS NULL OR COALESCE({{.Col "tickets" "t" "location" "1"}}, 1) = ANY ($4))
ORDER BY t.ticketserial
LIMIT CAST($3 AS bigint)

{{/* How many lots may not be sold, by the reason. */ -}}
SELECT reason, count(*) AS lots
FROM (
    SELECT {{template "lot_unsellable.sql" .}} AS reason
    {{template "lots_filled.sql" .}}
) lots
WHERE reason IS NOT NULL
GROUP BY reason

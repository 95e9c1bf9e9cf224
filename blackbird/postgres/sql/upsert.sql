-- A row that was inserted has no xmax; one that was updated carries its own lock there.
WITH merged AS (
{{template "upsert_rows" .}}
RETURNING (xmax = 0) AS inserted)
SELECT count(*) FILTER (WHERE inserted) AS inserted, count(*) FILTER (WHERE NOT inserted) AS updated FROM merged

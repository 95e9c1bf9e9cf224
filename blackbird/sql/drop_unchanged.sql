-- Takes out of the staged rows those that the store holds as they are, and those that take no place.
-- The innermost subquery is one that no planner turns into a join, so that each row is looked up by its key,
-- however large the table. Citus plans the rows within IN apart, and looks them up at the shard: it would not delete
-- from a temporary table by what another node's table says.
DELETE FROM {{.Stage}}
WHERE ({{.KeysOf .Stage}}) IN (
    SELECT {{.KeysOf "s"}}
    FROM (SELECT * FROM {{.Stage}}) s
    WHERE (
        SELECT ({{template "content_of_t" .}}) IS NOT DISTINCT FROM ({{template "content_of_s" .}})
            {{- if .Serial}}
            OR NOT {{template "takes_place" .}}
            {{- end}}
        FROM {{.Name}} t
        WHERE t.store_id = :store_id AND {{template "same_key" .}}))

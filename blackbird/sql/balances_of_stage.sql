-- What the staged lines change the balances by, as balances_change does for the lines of one merge.
INSERT INTO points_balances AS b (store_id, customer_id, balance, lifetime, updated_at)
SELECT :store_id, l.customer_id, {{template "sum" "l.points"}},
    {{template "sum" "l.earned"}}, :now
FROM (
    SELECT customer_id, points, CASE WHEN kind IN ({{kindsWithoutOrder}}) THEN 0 ELSE points END AS earned
    FROM stage_lines
) l
WHERE true
GROUP BY l.customer_id
{{template "add_to_balances"}}

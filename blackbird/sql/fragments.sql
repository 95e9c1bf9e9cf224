-- Fragments that several statements use.

{{/* A column as it is compared: a status without what refunds made of it. Its data is an AliasedColumn. */}}
{{define "compared"}}
{{- if .Base}}CASE WHEN {{.Alias}}.{{.Name}} IN ({{refunded}}) THEN {{completed}} ELSE {{.Alias}}.{{.Name}} END
{{- else}}{{.Alias}}.{{.Name}}{{end}}
{{- end}}

{{/* The content of a table, its data, as it is compared: the table's own, called t, and the staged, called s. */}}
{{define "content_of_t"}}{{range $i, $c := .Content}}{{if $i}}, {{end}}{{template "compared" ($c.Of "t")}}{{end}}{{end}}
{{define "content_of_s"}}{{range $i, $c := .Content}}{{if $i}}, {{end}}{{template "compared" ($c.Of "s")}}{{end}}{{end}}

{{/* Whether a row of a table, called t, and a staged one, called s, have the same key. Its data is the table. */}}
{{define "same_key"}}{{range $i, $k := .Keys}}{{if $i}} AND {{end}}t.{{$k}} = s.{{$k}}{{end}}{{end}}

{{/* The names of the columns of a table, which is its data. */}}
{{define "columns"}}{{range $i, $c := .Columns}}{{if $i}}, {{end}}{{$c.Name}}{{end}}{{end}}

{{/* Whether an order, called o, was activity of its customer: it was completed, whatever became of it since. What became
of an order that was voided or removed cannot be seen, but it was no refund. */}}
{{define "active"}}(o.status IN ({{sold}}) OR o.status IN ({{voided}}, {{removed}}) AND CAST(o.total AS real) > 0){{end}}

{{/* Whether a pass, called p, of the stream is over, began before a moment, and before the last pass that brought the
whole stream up to date. */}}
{{define "old_pass"}}p.stream = :stream AND p.started_at < :before AND p.status <> 'running' AND p.pass_id < (
        SELECT max(d.pass_id)
        FROM passes d
        WHERE d.store_id = :store_id AND d.stream = :stream AND d.status = 'done' AND d.mode IN ({{wholeStreamModes}}))
{{- end}}

{{/* Whether a row of a table, called t, is one that the source has. Its data is the table. */}}
{{define "live"}}t.{{.Removed.Column}} <> {{.Removed.Value}}{{end}}

{{/* Joins a table, called t, with the keys that were listed, called k, of any serial. Its data is the table. */}}
{{define "listed"}}
{{- if .Serial}}stage_keys k ON k.row_key = t.{{.Key}} AND k.location_id = t.location_id
{{- else}}stage_keys k ON k.row_key = t.{{.Key}}{{end}}
{{- end}}

{{/* The sum of points, which are its data, and what a balance becomes, its data. Both stop short of what 64 bits hold:
absurd points of one customer must not stop a statement about all. */}}
{{define "sum" -}}
CAST(CASE WHEN sum({{.}} / 1000000) >= 9200000000000 THEN 9200000000000000000
        WHEN sum({{.}} / 1000000) <= -9200000000000 THEN -9200000000000000000
        ELSE COALESCE(sum({{.}} / 1000000) * 1000000 + sum({{.}} % 1000000), 0) END AS bigint)
{{- end}}
{{define "changed" -}}
CASE WHEN b.{{.}} / 2 + excluded.{{.}} / 2 >= 4600000000000000000 THEN 9200000000000000000
        WHEN b.{{.}} / 2 + excluded.{{.}} / 2 <= -4600000000000000000 THEN -9200000000000000000
        ELSE b.{{.}} + excluded.{{.}} END
{{- end}}

{{/* Adds the points and lifetime points that are being inserted to the balances, called b. */}}
{{define "add_to_balances" -}}
ON CONFLICT (store_id, customer_id) DO UPDATE
SET balance = {{template "changed" "balance"}},
    lifetime = {{template "changed" "lifetime"}},
    updated_at = excluded.updated_at
{{- end}}

{{/* Balances beside the sums of the ledger, as a common table expression called summed. Each table is read once, and
grouped: SQLite would join them without an index. */}}
{{define "summed"}}summed AS (
    SELECT c.customer_id, max(c.balance) IS NULL AS missing, max(c.balance) AS balance, max(c.lifetime) AS lifetime,
        {{template "sum" "c.points"}} AS points, {{template "sum" "c.earned"}} AS earned
    FROM (
        SELECT customer_id, balance, lifetime, 0 AS points, 0 AS earned
        FROM points_balances
        WHERE store_id = :store_id
        UNION ALL
        SELECT customer_id, NULL, NULL, points, CASE WHEN kind IN ({{kindsWithoutOrder}}) THEN 0 ELSE points END
        FROM points_ledger
        WHERE store_id = :store_id
    ) c
    GROUP BY c.customer_id
){{end}}

{{/* Whether a staged row of a table with serials, called s, takes the place of the table's row of the same key, called t.
It may be the same ticket, or a newer one. A voided one takes the place of no other. Its data is the table. */}}
{{define "takes_place"}}(s.{{.Serial}} = t.{{.Serial}} OR t.{{.Removed.Column}} = {{.Removed.Value}}
    OR s.status <> {{voided}} AND (s.{{.Serial}} > t.{{.Serial}} OR t.status = {{voided}})){{end}}

{{/* Writes the staged rows of a table, its data. Those that stay as they are have been dropped. Whether a row
takes the place of another one of its key is as in takes_place. Nothing here may be STABLE: Citus refuses it in DO
UPDATE. */}}
{{define "upsert_rows"}}{{template "insert"}} INTO {{.Name}} AS t ({{template "columns" .}})
SELECT {{range $i, $c := .Columns}}{{if $i}}, {{end}}s.{{$c.Name}}{{end}}
FROM {{.Stage}} s
WHERE true
ON CONFLICT (store_id{{range .Keys}}, {{.}}{{end}}) DO UPDATE
SET {{range $i, $c := .Updated}}{{if $i}}, {{end}}{{$c.Name}} = excluded.{{$c.Name}}{{end}}
{{- if .Serial}}
WHERE excluded.{{.Serial}} = t.{{.Serial}} OR t.{{.Removed.Column}} = {{.Removed.Value}}
    OR excluded.status <> {{voided}} AND excluded.{{.Serial}} > t.{{.Serial}}
    OR excluded.status <> {{voided}} AND t.status = {{voided}}
{{- end}}
{{- end}}

{{/* The refunds that refer to no order. A refund is of the order of the id at the location that the source says, else at
its own, else of the only one elsewhere. What is a refund itself is none. Its data says whether only the tickets with the
serials are looked at: first of all, or SQLite would read every order in the order of the groups. */}}
{{define "refunds_of_unknown"}}{{if .}}WITH named AS MATERIALIZED (
    SELECT * FROM orders n WHERE n.store_id = :store_id AND n.order_serial {{template "in" "serials"}})
{{end}}SELECT r.order_id AS name, r.location_id AS location, r.order_serial AS serial, r.refund_of
FROM {{if .}}named{{else}}orders{{end}} r
LEFT JOIN orders o ON o.store_id = :store_id AND o.order_id = r.refund_of AND o.status <> {{removed}}
WHERE r.store_id = :store_id
    AND r.refund_of IS NOT NULL AND r.status IN ({{givingBack}})
GROUP BY r.order_id, r.location_id, r.order_serial, r.refund_of, r.refund_of_location
HAVING CASE
    WHEN max(CASE WHEN o.location_id = COALESCE(r.refund_of_location, r.location_id) THEN 1 ELSE 0 END) = 1
        THEN max(CASE WHEN o.location_id = COALESCE(r.refund_of_location, r.location_id) AND o.status <> {{refund}}
            THEN 1 ELSE 0 END)
    WHEN r.refund_of_location IS NULL AND count(o.order_id) = 1 AND min(o.status) <> {{refund}} THEN 1
    ELSE 0 END = 0
ORDER BY r.order_serial{{end}}

{{/* How often each quantity of a product was sold at one price, in the newest $2 lines, and in which of them. */ -}}
SELECT s.product, s.quantity, s.price, count(*), min(s.id), max(s.id)
FROM ({{template "newest_sales.sql" .}}) s
WHERE s.quantity IS NOT NULL AND s.price IS NOT NULL AND NOT s.discounted
GROUP BY s.product, s.quantity, s.price

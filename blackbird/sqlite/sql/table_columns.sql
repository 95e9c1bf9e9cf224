-- The columns of a table, each with its place in the primary key, 0 for none.
SELECT name, pk AS key, type, name AS expression
FROM pragma_table_info(:table)
ORDER BY name

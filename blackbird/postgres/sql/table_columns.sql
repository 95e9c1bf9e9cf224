-- The columns of a table, each with its place in the primary key, 0 for none, and an expression that spells its value as
-- the embedded store keeps it.
SELECT a.attname AS name,
    COALESCE(1 + array_position(CAST(i.indkey AS smallint[]), a.attnum), 0) AS key,
    format_type(a.atttypid, NULL) AS type,
    CASE format_type(a.atttypid, NULL)
        WHEN 'timestamp with time zone' THEN 'to_char(' || a.attname || ', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
        WHEN 'boolean' THEN 'CAST(CAST(' || a.attname || ' AS integer) AS text)'
        ELSE 'CAST(' || a.attname || ' AS text)'
    END AS expression
FROM pg_attribute a
JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attname

-- What decides whether a store can be here. A database of BioTrack is known by its two largest tables, in whatever schema.
SELECT CAST(current_setting('server_version_num') AS integer) AS version,
    current_setting('transaction_read_only') = 'on' AS read_only,
    current_setting('server_encoding') AS encoding,
    current_schema() IS NULL AS no_schema,
    (
        SELECT count(DISTINCT c.relname)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE (c.relname = 'tickets' AND a.attname = 'ticketserial' OR c.relname = 'customers' AND a.attname = 'customerid')
            AND c.relkind IN ('r', 'p')
    ) = 2 AS is_biotrack

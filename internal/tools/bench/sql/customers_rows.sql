-- Run at the source: the customers in the columns of the store, for a COPY.
COPY (
    SELECT btrim(c.customerid), NULLIF(btrim(c.firstname), ''), NULLIF(btrim(c.lastname), ''), NULLIF(lower(btrim(c.email)), ''),
        COALESCE(NULLIF(btrim(c.cell), ''), NULLIF(btrim(c.phone), '')),
        '+1' || NULLIF(right(regexp_replace(COALESCE(NULLIF(c.cell, ''), c.phone), '\D', '', 'g'), 10), ''),
        COALESCE(c.location, 1), COALESCE(c.deleted, 0) = 0
    FROM customers c
) TO STDOUT;

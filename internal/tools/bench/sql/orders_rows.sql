-- Run at the source: the tickets that orders can be made of, in the columns of the store, for a COPY. Where the variable since is set, only
-- those that a transaction from that one on has written.
\if :{?since}
\set changed 'AND age(t.xmin) <= age(CAST(' :'since' ' AS xid))'
\else
\set changed ''
\endif
COPY (
    SELECT btrim(t.id), t.ticketserial, NULLIF(btrim(t.customerid), ''), c.firstname, c.lastname, lower(c.email),
        COALESCE(NULLIF(c.cell, ''), c.phone), COALESCE(t.location, 1),
        CASE
            WHEN t.deleted = 1 THEN 'voided'
            WHEN t.refticketid <> '' AND t.totalprice <= 0 THEN 'refund'
            WHEN t.preorder = 1 AND t.pif = 0 THEN 'preorder'
            WHEN t.pif = 0 THEN 'open'
            ELSE 'completed'
        END,
        round(t.price, 2), round(t.tax, 2), round(t.totalprice, 2), round(t.refundtotalprice, 2), NULLIF(btrim(t.refticketid), ''),
        to_timestamp(t.datetime)
    FROM tickets t
    LEFT JOIN customers c ON c.customerid = t.customerid
    WHERE t.totalprice IS NOT NULL AND t.datetime > 0
    :changed
) TO STDOUT;

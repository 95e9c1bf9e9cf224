-- Changes $1 tickets, other ones for each $2, as if by chance but always alike.
UPDATE tickets
SET price = price + 1, tax = tax + 0.13, totalprice = totalprice + 1.13
WHERE ticketserial IN (
    SELECT t.ticketserial FROM tickets t WHERE t.totalprice > 0 ORDER BY md5(CAST(t.ticketserial AS text) || ':' || $2) LIMIT $1)

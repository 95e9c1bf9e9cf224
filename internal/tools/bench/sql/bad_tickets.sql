-- Makes $1 tickets that no order can be made of, one without a total and one without a time in turn; those made before go.
WITH gone AS (
    DELETE FROM tickets WHERE id LIKE 'REJECT%'
)
INSERT INTO tickets (id, price, tax, totalprice, datetime)
SELECT 'REJECT' || n, 10, 1.30, CASE WHEN n % 2 = 1 THEN 11.30 END, CASE WHEN n % 2 = 0 THEN 1700000000 END
FROM generate_series(1, CAST($1 AS int)) n

-- Run at the source: the menu in one statement, with what each product has in the bulk room. A lot without roomdata lies where
-- currentroom says, and none sells more than remains of it. Left out is what has no price at level 0, or one of
-- 0.00. Like the store, it also has the products that are no longer sold.
WITH lots AS (
    SELECT i.id, i.productid, btrim(COALESCE(i.roomdata, '')) AS roomdata, i.remainingweight, COALESCE(i.currentroom, 0) AS room
    FROM inventory i
    WHERE i.productid IS NOT NULL
        AND COALESCE(i.deleted, 0) = 0
        AND COALESCE(i.transferredout, 0) = 0
        AND COALESCE(i.dispensed, 0) = 0
        AND i.remainingweight IS DISTINCT FROM 0
        AND COALESCE(i.seized, 0) = 0
        AND COALESCE(i.is_sample, 0) = 0
        AND (COALESCE(i.expiration, 0) = 0 OR i.expiration > date_part('epoch', now()))
), parts AS (
    SELECT l.id, l.productid, l.remainingweight, btrim(split_part(pair, ',', 1)) AS room,
        CAST(btrim(split_part(pair, ',', 2)) AS numeric) AS amount
    FROM lots l
    CROSS JOIN LATERAL unnest(string_to_array(l.roomdata, ':')) AS pair
    WHERE l.roomdata <> ''
    UNION ALL
    SELECT l.id, l.productid, l.remainingweight, CAST(l.room AS text), COALESCE(l.remainingweight, 0)
    FROM lots l
    WHERE l.roomdata = ''
), sellable AS (
    SELECT p.productid, LEAST(sum(p.amount), p.remainingweight) AS quantity
    FROM parts p
    WHERE p.room = '0'
    GROUP BY p.id, p.productid, p.remainingweight
), stock AS (
    SELECT s.productid, sum(s.quantity) AS quantity
    FROM sellable s
    GROUP BY s.productid
)
SELECT p.id, p.name, COALESCE(NULLIF(btrim(p.pricepoint), ''), g.pricepoint) AS prices, COALESCE(s.quantity, 0) AS quantity,
    COALESCE(p.deleted, 0) = 0 AS sold
FROM products p
LEFT JOIN productcategories g ON g.id = p.productcategory
LEFT JOIN stock s ON s.productid = p.id
WHERE COALESCE(NULLIF(btrim(p.pricepoint), ''), g.pricepoint) !~ '^(2,[^:]*|0,1,0[.]00:.*)$'
ORDER BY p.id;

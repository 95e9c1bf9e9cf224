-- Run at the source: the menu in one statement, with what each product has in the bulk room. A lot without roomdata lies where
-- currentroom says. Like the store, it also has the products that are no longer sold.
WITH lots AS (
    SELECT i.productid, btrim(COALESCE(i.roomdata, '')) AS roomdata, i.remainingweight, COALESCE(i.currentroom, 0) AS room
    FROM inventory i
    WHERE i.productid IS NOT NULL
        AND COALESCE(i.deleted, 0) = 0
        AND COALESCE(i.transferredout, 0) = 0
        AND COALESCE(i.seized, 0) = 0
        AND COALESCE(i.is_sample, 0) = 0
        AND (COALESCE(i.expiration, 0) = 0 OR i.expiration > date_part('epoch', now()))
), parts AS (
    SELECT l.productid, btrim(split_part(pair, ',', 1)) AS room, CAST(btrim(split_part(pair, ',', 2)) AS numeric) AS amount
    FROM lots l
    CROSS JOIN LATERAL unnest(string_to_array(replace(l.roomdata, ';', ','), ':')) AS pair
    WHERE l.roomdata <> ''
    UNION ALL
    SELECT l.productid, CAST(l.room AS text), COALESCE(l.remainingweight, 0)
    FROM lots l
    WHERE l.roomdata = ''
), stock AS (
    SELECT p.productid, sum(p.amount) AS quantity
    FROM parts p
    WHERE p.room = '0'
    GROUP BY p.productid
)
SELECT p.id, p.name, COALESCE(NULLIF(btrim(p.pricepoint), ''), g.pricepoint) AS prices, COALESCE(s.quantity, 0) AS quantity,
    COALESCE(p.deleted, 0) = 0 AS sold
FROM products p
LEFT JOIN productcategories g ON g.id = p.productcategory
LEFT JOIN stock s ON s.productid = p.id
ORDER BY p.id;

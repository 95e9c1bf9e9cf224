-- How many orders the ledger holds other points of than they are owed.
SELECT count(*) || ' orders'
FROM (
    SELECT o.order_id, o.location_id, CASE WHEN c.customer_id IS NOT NULL AND o.status IN ('completed', 'partially_refunded')
        THEN greatest(floor(o.total - o.refunded_total + 0.5), 0) ELSE 0 END AS points
    FROM orders o
    LEFT JOIN customers c ON c.store_id = o.store_id AND c.customer_id = o.customer_id
) due
FULL JOIN (SELECT l.order_id, l.location_id, sum(l.points) AS points FROM points_ledger l
    GROUP BY l.order_id, l.location_id) held ON held.order_id = due.order_id AND held.location_id = due.location_id
WHERE COALESCE(due.points, 0) <> COALESCE(held.points, 0)

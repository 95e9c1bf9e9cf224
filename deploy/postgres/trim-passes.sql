-- Trims the activity log of a Blackbird database in PostgreSQL: passes over products, one every five minutes, that began more than 90 days ago.
-- The last pass of each store that succeeded stays, for its watermark names it. Passes over the other streams stay: they tell since when
-- a customer is known. Run it at night, as by: psql "$BLACKBIRD_URL" -f trim-passes.sql
DELETE FROM passes p
USING (
    SELECT store_id, max(pass_id) AS pass_id
    FROM passes
    WHERE stream = 'products' AND status = 'done' AND mode IN ('first', 'incremental', 'full')
    GROUP BY store_id
) AS last
WHERE p.store_id = last.store_id AND p.stream = 'products' AND p.pass_id < last.pass_id AND p.status <> 'running'
    AND p.started_at < now() - interval '90 days';

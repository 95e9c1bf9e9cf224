-- Run at the source: the least that a look for changes by transaction id can cost.
SET max_parallel_workers_per_gather = 0;
SELECT count(*) FROM tickets t WHERE age(t.xmin) <= age(CAST(:'since' AS xid));
SELECT count(*) FROM customers c WHERE age(c.xmin) <= age(CAST(:'since' AS xid));

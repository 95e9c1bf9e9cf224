-- Of each stream the last pass, and of those that bring the whole stream up to date the last that succeeded and the
-- last that did not. What a pass over everything took over from passes that were cut off before it is as old as the
-- first of those.
WITH marks AS (
    SELECT stream, max(pass_id) AS last,
        max(CASE WHEN status = 'done' AND mode IN ({{wholeStreamModes}}) THEN pass_id END) AS done,
        max(CASE WHEN status IN ('failed', 'dead') AND mode IN ({{wholeStreamModes}}) THEN pass_id END) AS failed
    FROM passes
    WHERE store_id = :store_id
    GROUP BY stream
)
SELECT p.stream, p.pass_id, p.mode, p.status, p.started_at, p.finished_at, p.message,
    p.read, p.inserted, p.updated, p.unchanged, p.removed, p.rejected, p.mode IN ({{wholeStreamModes}}) AS whole,
    CASE WHEN p.mode NOT IN ('first', 'full') OR p.stream = 'products' THEN p.started_at ELSE (
        SELECT min(q.started_at)
        FROM passes q
        WHERE q.store_id = :store_id AND q.stream = p.stream AND q.mode = p.mode AND q.pass_id <= p.pass_id
            AND (q.read > 0 OR q.pass_id = p.pass_id)
            AND q.pass_id > COALESCE((
                SELECT max(b.pass_id)
                FROM passes b
                WHERE b.store_id = :store_id AND b.stream = p.stream AND b.status = 'done' AND b.pass_id < p.pass_id
                    AND b.mode IN ({{wholeStreamModes}})), 0)
    ) END AS as_of
FROM marks m
JOIN passes p ON p.store_id = :store_id AND p.stream = m.stream AND p.pass_id IN (m.last, m.done, m.failed)
ORDER BY p.stream, p.pass_id

-- How many passes of the stream may be removed, unless something refers to them: those that began before a moment, and
-- before the last one that brought the whole stream up to date. How old the data is depends on those after it.
SELECT count(*)
FROM passes p
WHERE p.store_id = :store_id AND {{template "old_pass"}}

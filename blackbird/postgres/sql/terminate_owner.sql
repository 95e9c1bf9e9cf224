-- Ends the session of a process of this installation that was killed.
SELECT count(pg_terminate_backend(a.pid)) {{template "owners"}}

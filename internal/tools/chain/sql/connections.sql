-- How many sessions the binary has on this server, and how many on that of its databases where they are most.
SELECT CAST(COALESCE(sum(sessions), 0) AS integer), COALESCE(max(sessions), 0)
FROM (
    SELECT CAST(count(*) AS integer) AS sessions
    FROM pg_stat_activity
    WHERE application_name LIKE 'blackbirdctl%'
    GROUP BY datname
) AS databases

-- What the role may do beyond reading, and who has the right: the role itself, a role that it is a member of, or every
-- role (0). For rights through other roles, the column through has those memberships of ours that lead there. An
-- owner's rights are one row.
WITH held (kind, place, object, privilege, holder) AS (
    SELECT 'table', n.nspname, c.oid, CAST('OWNER' AS text), c.relowner
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT 'table', n.nspname, c.oid, x.privilege_type, x.grantee
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT g.privilege_type, g.grantee FROM aclexplode(c.relacl) g
        UNION
        SELECT g.privilege_type, g.grantee
        FROM pg_catalog.pg_attribute a, aclexplode(a.attacl) g
        WHERE a.attrelid = c.oid
    ) x
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
        AND x.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') AND x.grantee <> c.relowner
    UNION ALL
    SELECT 'schema', n.nspname, n.oid, 'OWNER', n.nspowner
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT 'schema', n.nspname, n.oid, x.privilege_type, x.grantee
    FROM pg_catalog.pg_namespace n
    CROSS JOIN LATERAL aclexplode(n.nspacl) x
    WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
        AND x.privilege_type = 'CREATE' AND x.grantee <> n.nspowner
    UNION ALL
    SELECT 'database', d.datname, d.oid, 'OWNER', d.datdba
    FROM pg_catalog.pg_database d
    WHERE d.datname = current_database()
    UNION ALL
    SELECT 'database', d.datname, d.oid, x.privilege_type, x.grantee
    FROM pg_catalog.pg_database d
    CROSS JOIN LATERAL aclexplode(d.datacl) x
    WHERE d.datname = current_database() AND x.privilege_type = 'CREATE' AND x.grantee <> d.datdba
    UNION ALL
    SELECT 'role', r.rolname, r.oid, 'MEMBER', r.oid
    FROM pg_catalog.pg_roles r
    WHERE r.rolname <> current_user
        AND (r.rolsuper OR r.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program'))
)
SELECT h.kind,
    quote_ident(h.place) AS place,
    string_agg(DISTINCT h.privilege, ', ' ORDER BY h.privilege) AS privileges,
    count(DISTINCT h.object) AS objects,
    h.holder = 0 AS everybody,
    h.holder = me.oid AS ours,
    COALESCE((
        SELECT string_agg(quote_ident(g.rolname), ', ' ORDER BY g.rolname)
        FROM pg_catalog.pg_auth_members m
        JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
        WHERE m.member = me.oid AND h.holder <> 0 AND (m.roleid = h.holder OR pg_has_role(m.roleid, h.holder, 'MEMBER'))
    ), '') AS through
FROM held h
JOIN pg_catalog.pg_roles me ON me.rolname = current_user
WHERE h.holder = 0 OR pg_has_role(h.holder, 'MEMBER')
GROUP BY h.kind, h.place, h.holder, me.oid, h.privilege = 'OWNER'
ORDER BY h.kind, h.place, h.holder

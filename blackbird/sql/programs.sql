SELECT v.version, v.effective_from, v.rules, v.first_pass_id, COALESCE(v.full_pass_id, 0) AS full_pass_id, v.created_at,
    CASE WHEN p.status IN ('failed', 'dead') THEN 1 ELSE 0 END AS first_pass_failed
FROM points_programs v
LEFT JOIN passes p ON p.store_id = :store_id AND p.pass_id = v.first_pass_id
WHERE v.store_id = :store_id
ORDER BY v.version

SELECT '' AS database, 0 AS database_oid, '' AS started

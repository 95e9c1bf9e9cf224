-- Spreads the store's tables over the machines of a Citus cluster, 12.1 or newer: each by store_id, all of one store's rows beside each other.
-- An operator runs it with psql on the coordinator, as the tables' owner, after `blackbirdctl migrate`, and again after a migration that adds a table.
-- The extension must be there already, or a superuser runs it. docs/citus.md has the rest.
-- What is distributed already is left as it is. BLACKBIRD_URL names the coordinator, then and always: locks and staged rows live there.
--
--     psql -v shards=8 -f citus.sql "$BLACKBIRD_URL"
--
-- A store lives in one shard, so that shards beyond the number of stores are of no use. Take two to four for each worker, so that they can be spread
-- anew when workers join. Each one costs: a merge took three times as long with 32 shards on one machine, and no longer with 4.
--
-- Rows that are there already are copied into the shards. What they took on the coordinator is given back by
-- truncate_local_data_after_distributing_table, which Citus names then. Workers must not run with synchronous_commit = off: what a watermark says is
-- merged must outlive a crash there too.

\set ON_ERROR_STOP on
\if :{?shards}
\else
\set shards 4
\endif

CREATE EXTENSION IF NOT EXISTS citus;

SELECT create_distributed_table('customers', 'store_id', colocate_with => 'none', shard_count => :shards)
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('customers' AS regclass));

SELECT create_distributed_table('orders', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('orders' AS regclass));

SELECT create_distributed_table('products', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('products' AS regclass));

SELECT create_distributed_table('points_ledger', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('points_ledger' AS regclass));

SELECT create_distributed_table('points_balances', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('points_balances' AS regclass));

SELECT create_distributed_table('passes', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('passes' AS regclass));

SELECT create_distributed_table('rejects', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('rejects' AS regclass));

SELECT create_distributed_table('forgotten_customers', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('forgotten_customers' AS regclass));

SELECT create_distributed_table('sources', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('sources' AS regclass));

SELECT create_distributed_table('points_programs', 'store_id', colocate_with => 'customers')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition p WHERE p.logicalrelid = CAST('points_programs' AS regclass));

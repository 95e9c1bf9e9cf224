package storetest

import (
	"errors"
	"slices"
	stdsync "sync"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// columns are the tables' columns as the design lists them.
var columns = map[string][]string{
	"customers": {
		"store_id",
		"customer_id",
		"first_name",
		"last_name",
		"email",
		"phone",
		"phone_e164",
		"location_id",
		"active",
		"first_pass_id",
		"pass_id",
		"updated_at",
		"member_since",
	},
	"orders": {
		"store_id",
		"order_id",
		"order_serial",
		"customer_id",
		"customer_first_name",
		"customer_last_name",
		"customer_email",
		"customer_phone",
		"location_id",
		"status",
		"subtotal",
		"tax",
		"total",
		"own_refund",
		"refund_of",
		"refunded_total",
		"ordered_at",
		"pass_id",
		"updated_at",
		"refund_of_location",
	},
	"products": {
		"store_id",
		"product_id",
		"name",
		"member_level",
		"price",
		"unit_quantity",
		"unit",
		"quantity",
		"price_breaks",
		"on_menu",
		"pass_id",
		"updated_at",
		"category",
	},
	"points_ledger": {
		"store_id",
		"customer_id",
		"order_id",
		"revision",
		"kind",
		"points",
		"basis_amount",
		"rate",
		"multiplier",
		"rule",
		"pass_id",
		"created_at",
		"location_id",
		"source_kind",
		"source_id",
		"effective_at",
		"terms",
	},
	"points_balances": {"store_id", "customer_id", "balance", "lifetime", "updated_at"},
	"passes": {
		"store_id",
		"pass_id",
		"stream",
		"mode",
		"status",
		"started_at",
		"finished_at",
		"read",
		"inserted",
		"updated",
		"unchanged",
		"removed",
		"rejected",
		"message",
	},
	"rejects": {"store_id", "stream", "row_key", "reason", "detail", "first_seen", "last_seen"},
	"sources": {
		"store_id",
		"stream",
		"system_identifier",
		"database_name",
		"database_oid",
		"locations",
		"first_pass_id",
		"last_pass_id",
		"clock",
	},
	"forgotten_customers": {"store_id", "customer_id", "forgotten_at", "pass_id"},
	"points_programs": {"store_id", "version", "effective_from", "rules", "first_pass_id", "full_pass_id",
		"created_at"},
}

// catalog lists the tables, and the columns of one.
func (h *fixture) catalog(table string) []string {
	h.Helper()
	switch {
	case h.postgres() && table == "":
		return h.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
	case h.postgres():
		return h.rows(
			"SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position",
			table,
		)
	case table == "":
		return h.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
	}
	return h.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
}

func testMigrate(t *testing.T, h *fixture) {
	store := h.open(storeID)
	empty, err := store.Empty(t.Context())
	if !empty || err != nil {
		t.Errorf("an empty database is empty: %t, %v", empty, err)
	}
	if err := store.CheckSchema(t.Context()); !errors.Is(err, blackbird.ErrOlderSchema) {
		t.Errorf("schema of an empty database: %v, want ErrOlderSchema", err)
	}
	if applied, err := store.Migrate(t.Context()); applied == 0 || err != nil {
		t.Fatalf("first migration: %d applied, %v", applied, err)
	}
	if applied, err := store.Migrate(t.Context()); applied != 0 || err != nil {
		t.Errorf("second migration: %d applied, %v", applied, err)
	}
	if empty, err = store.Empty(t.Context()); empty || err != nil {
		t.Errorf("a migrated database is empty: %t, %v", empty, err)
	}
	h.noError(store.CheckSchema(t.Context()))
	h.assertRows(
		"tables",
		h.catalog(""),
		slices.Sorted(slices.Values(append(slices.Clone(tables), "blackbird_migrations"))),
	)
	for table, want := range columns {
		h.assertRows("columns of "+table, h.catalog(table), want)
	}
}

// testMigrateAtOnce has several processes find the tables missing at the same moment.
func testMigrateAtOnce(t *testing.T, h *fixture) {
	const processes = 4
	applied, errs := make([]int, processes), make([]error, processes)
	var wait stdsync.WaitGroup
	for i := range processes {
		store := h.open(storeID)
		wait.Go(func() { applied[i], errs[i] = store.Migrate(t.Context()) })
	}
	wait.Wait()
	h.noError(errors.Join(errs...))
	slices.Sort(applied)
	if applied[processes-1] == 0 || applied[processes-2] != 0 {
		t.Errorf("migrations applied: %v, want all by one process", applied)
	}
	h.noError(h.open(storeID).CheckSchema(t.Context()))
}

func testNewerSchema(t *testing.T, h *fixture) {
	h.exec("INSERT INTO "+"blackbird_migrations"+" (version_id, is_applied) VALUES (?, ?)", 9999, true)
	if err := h.open(storeID).CheckSchema(t.Context()); !errors.Is(err, blackbird.ErrNewerSchema) {
		t.Errorf("schema of a newer version: %v, want ErrNewerSchema", err)
	}
}

// testKeysStartWithStore holds the design's first rule: every key and every unique index starts with store_id.
func testKeysStartWithStore(t *testing.T, h *fixture) {
	query := `SELECT m.tbl_name, i.name, (SELECT c.name FROM pragma_index_info(i.name) c WHERE c.seqno = 0)
		FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'
			AND m.name <> 'blackbird_migrations'`
	if h.postgres() {
		query = `SELECT i.indrelid::regclass, i.indexrelid::regclass, a.attname FROM pg_index i
			JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
				AND c.relname <> 'blackbird_migrations'
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]`
	}
	rows := h.rows(query)
	if len(rows) < len(tables) {
		t.Errorf("indexes are %v", rows)
	}
	for _, row := range rows {
		if row[len(row)-len("|store_id"):] != "|store_id" {
			t.Errorf("%s does not start with store_id", row)
		}
	}
}

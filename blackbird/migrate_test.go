package blackbird

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	stdsync "sync"
	"testing"
)

// columns are the tables' columns as the design lists them.
var columns = map[string][]string{
	"customers": {"store_id", "customer_id", "first_name", "last_name", "email", "phone", "phone_e164", "location_id", "active",
		"first_pass_id", "pass_id", "updated_at"},
	"orders": {"store_id", "order_id", "order_serial", "customer_id", "customer_first_name", "customer_last_name", "customer_email",
		"customer_phone", "location_id", "status", "subtotal", "tax", "total", "own_refund", "refund_of", "refunded_total", "ordered_at",
		"pass_id", "updated_at"},
	"products": {"store_id", "product_id", "name", "member_level", "price", "unit_quantity", "unit", "quantity", "price_breaks", "on_menu",
		"pass_id", "updated_at"},
	"points_ledger": {"store_id", "customer_id", "order_id", "revision", "kind", "points", "basis_amount", "rate", "multiplier", "rule",
		"pass_id", "created_at"},
	"points_balances": {"store_id", "customer_id", "balance", "lifetime", "updated_at"},
	"passes": {"store_id", "pass_id", "stream", "mode", "status", "started_at", "finished_at", "read", "inserted", "updated", "unchanged",
		"removed", "rejected", "message"},
	"rejects": {"store_id", "stream", "row_key", "reason", "detail", "first_seen", "last_seen"},
}

// catalog lists the tables, and the columns of one.
func (h *house) catalog(table string) []string {
	h.Helper()
	switch {
	case h.postgres && table == "":
		return h.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
	case h.postgres:
		return h.rows("SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position", table)
	case table == "":
		return h.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
	}
	return h.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
}

func TestMigrate(t *testing.T) {
	eachEmptyStore(t, func(t *testing.T, h *house) {
		store := h.connect(storeID)
		empty, err := store.Empty(t.Context())
		if !empty || err != nil {
			t.Errorf("an empty database is empty: %t, %v", empty, err)
		}
		if err := store.CheckSchema(t.Context()); !errors.Is(err, ErrOlderSchema) {
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
		h.check(store.CheckSchema(t.Context()))
		h.same("tables", h.catalog(""), slices.Sorted(slices.Values(append(slices.Clone(tables), migrationTable))))
		for table, want := range columns {
			h.same("columns of "+table, h.catalog(table), want)
		}
	})
}

// TestMigrateAtOnce has several processes find the tables missing at the same moment.
func TestMigrateAtOnce(t *testing.T) {
	eachEmptyStore(t, func(t *testing.T, h *house) {
		const processes = 4
		applied, errs := make([]int, processes), make([]error, processes)
		var wait stdsync.WaitGroup
		for i := range processes {
			store := h.connect(storeID)
			wait.Go(func() { applied[i], errs[i] = store.Migrate(t.Context()) })
		}
		wait.Wait()
		h.check(errors.Join(errs...))
		slices.Sort(applied)
		if applied[processes-1] == 0 || applied[processes-2] != 0 {
			t.Errorf("migrations applied: %v, want all by one process", applied)
		}
		h.check(h.connect(storeID).CheckSchema(t.Context()))
	})
}

func TestNewerSchema(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		h.exec("INSERT INTO "+migrationTable+" (version_id, is_applied) VALUES (?, ?)", 9999, true)
		if err := h.connect(storeID).CheckSchema(t.Context()); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("schema of a newer version: %v, want ErrNewerSchema", err)
		}
	})
}

// TestKeysStartWithStore holds the design's first rule: every key and every unique index starts with store_id.
func TestKeysStartWithStore(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		query := `SELECT m.tbl_name, i.name, (SELECT c.name FROM pragma_index_info(i.name) c WHERE c.seqno = 0)
			FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name <> 'blackbird_migrations'`
		if h.postgres {
			query = `SELECT i.indrelid::regclass, i.indexrelid::regclass, a.attname FROM pg_index i
				JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'blackbird_migrations'
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
	})
}

// TestFileIsPrivate checks that no file of the embedded store can be read by others: it holds names and phones.
func TestFileIsPrivate(t *testing.T) {
	h := sqliteHouse(t)
	if FileExists(h.folder) {
		t.Error("there is a file before any was made")
	}
	store := h.connect(storeID)
	if _, err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	w := h.work(StreamCustomers)
	w.customers(customer("1", "Ada"))
	if !FileExists(h.folder) {
		t.Error("the file is not found")
	}
	files, err := filepath.Glob(filepath.Join(h.folder, FileName+"*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files are %v, %v; want the store and its log at least", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s has mode %o", filepath.Base(file), mode)
		}
	}
}

// TestOpenFileWithoutFolder checks that a folder that is not there is an error and is not made.
func TestOpenFileWithoutFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "nowhere")
	store, err := OpenFile(t.Context(), folder, storeID)
	if err == nil {
		_ = store.Close()
		t.Fatal("a store was opened in a folder that is not there")
	}
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
}

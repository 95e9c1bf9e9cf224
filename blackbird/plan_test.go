package blackbird

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// TestSQLiteFindsOrdersByKey: what a merge asks of the orders it finds by key, whatever SQLite guesses of the sizes of
// tables and lists. A scan would take the square of the number of orders.
func TestSQLiteFindsOrdersByKey(t *testing.T) {
	t.Parallel()
	db, s := emptySQLite(t)
	needed := []string{"create_orders_customer", "create_orders_pass", "create_orders_serial"}
	for _, stage := range slices.Concat(Orders.Staging, Points.Staging) {
		needed = append(needed, stage.statement)
	}
	for _, statement := range needed {
		text, err := s.render(statement)
		if err == nil {
			_, err = db.Exec(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"drop_unchanged orders", "differences orders", "count_new orders", "refunded_by_former", "refunded_by_staged",
		"refunded_by_out_of_scope", "refund_states", "refund_tickets", "refund_states_update",
		"remove_out_of_scope orders",
		"contested", "notices_due", "unknown_refunds_among", "orders_of_serials", "orders_changed_since",
		"ledger_page_due", "due_by_order", "due_by_customer", "due_refunded", "due_siblings", "balances_due",
	} {
		for _, step := range queryPlan(t, db, s, name) {
			for _, orders := range []string{" orders", " o ", " r ", " t ", " h ", " n "} {
				onKey := strings.Contains(step, "order_id=?") || strings.Contains(step, "refund_of=?") ||
					strings.Contains(step, "order_serial=?") ||
					strings.Contains(step, "customer_id=?") || strings.Contains(step, "pass_id>?")
				if strings.Contains(step+" ", orders) && strings.Contains(step, "orders_") && !onKey {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
	}
}

// TestSQLiteFindsLinesByKey: the lines of the orders that are due, and of adjustments, are found by their key. A scan
// would take the product of both.
func TestSQLiteFindsLinesByKey(t *testing.T) {
	t.Parallel()
	db, s := emptySQLite(t)
	for _, stage := range Points.Staging {
		if text, err := s.render(stage.statement); err != nil {
			t.Fatal(err)
		} else if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"balances_due", "balance_events", "ledger_page_due", "due_siblings"} {
		for _, step := range queryPlan(t, db, s, name) {
			onKey := strings.Contains(step, "source_id=?") || strings.Contains(step, "customer_id=?")
			if strings.Contains(step, "points_ledger") && !onKey {
				t.Errorf("%s: %s", name, step)
			}
		}
	}
}

// TestSQLiteReadsBalancesOnce: balances and ledger are compared without a join, for which SQLite has no index.
func TestSQLiteReadsBalancesOnce(t *testing.T) {
	t.Parallel()
	db, s := emptySQLite(t)
	for _, step := range queryPlan(t, db, s, "balances_differences") {
		if strings.Contains(step, "JOIN") {
			t.Error(step)
		}
	}
}

// emptySQLite returns a migrated database without rows, and the statements of its engine.
func emptySQLite(t *testing.T) (*sql.DB, *statements) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	migrations := texts(t, "sqlite/migrations/*.sql")
	for _, name := range slices.Sorted(maps.Keys(migrations)) {
		if _, err := db.Exec(migrations[name]); err != nil {
			t.Fatal(err)
		}
	}
	s, err := newStatements(os.DirFS("sqlite"), "sqlite3")
	if err != nil {
		t.Fatal(err)
	}
	return db, s
}

// queryPlan returns the steps of the plan for a statement.
func queryPlan(t *testing.T, db *sql.DB, s *statements, name string) (steps []string) {
	t.Helper()
	statement, err := s.get(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query("EXPLAIN QUERY PLAN "+statement.text, make([]any, len(statement.params))...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

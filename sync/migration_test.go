package sync_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestStoreOfVersion2 migrates a store whose orders were identified by their ids alone. It keeps every row, its ledger
// lines get the location of their order, and passes and verify find nothing different.
func TestStoreOfVersion2(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		if kind == shop.Citus {
			t.Skip("the dump is of a single server")
		}
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(readFile(t, "testdata/store2/till.sql"))
		if kind == shop.SQLite {
			// The file has to be there before it can be filled.
			if err := os.WriteFile(s.store.Folder+"/blackbird.db", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s.store.Exec(readFile(t, "testdata/store2/sqlite.sql"))
		} else {
			s.store.Exec(readFile(t, "testdata/store2/postgres.sql"))
		}
		before := `SELECT customer_id, order_id, revision, kind, points, rule FROM points_ledger ORDER BY 1, 2, 3`
		ledger := `SELECT customer_id, COALESCE(order_id, source_kind || ':' || source_id), revision, kind, points, rule
			FROM points_ledger WHERE points <> 0 ORDER BY 1, 2, 3`
		orders := `SELECT order_id, location_id, order_serial, status, refunded_total, pass_id FROM orders ORDER BY 1`
		lines, rows, balances := s.store.Rows(before), s.store.Rows(orders), s.store.Balances()
		if len(lines) != 5 || len(rows) != 6 || len(balances) != 1 {
			t.Fatalf("the old store has %d lines, %d orders, %d balances", len(lines), len(rows), len(balances))
		}
		_ = s.openStore().Close()
		for what, diff := range map[string]string{
			"lines": cmp.Diff(lines, s.store.Rows(ledger)), "orders": cmp.Diff(rows, s.store.Rows(orders)),
			"balances": cmp.Diff(balances, s.store.Balances()),
		} {
			if diff != "" {
				t.Errorf("%s changed by the migration (-before +after):\n%s", what, diff)
			}
		}
		var locations []int64
		for _, line := range s.store.Ledger() {
			locations = append(locations, line.Location)
		}
		if diff := cmp.Diff([]int64{0, 1, 1, 1, 1}, locations); diff != "" {
			t.Errorf("locations of the lines (-want +got):\n%s", diff)
		}
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Points.Pass} {
			// An order that has earned nothing gets a line of 0.
			r := s.pass(run)
			if r.Stream != "points" && r.Counts.Inserted+r.Counts.Updated+r.Counts.Removed > 0 ||
				r.PointsMoved != nil && r.Given+r.Taken > 0 {
				t.Errorf("%s: the first pass after the migration changed rows: %+v", r.Stream, r.Counts)
			}
		}
		for _, stream := range []*sync.Stream{sync.Customers, sync.Orders, sync.Points} {
			if r := s.pass(verification(stream, false)); r.Findings.Total() != 0 {
				t.Errorf("%s: verify finds %+v", stream.Name, r.Findings)
			}
		}
		s.check(oracle.Options{Streams: []string{oracle.StreamCustomers, oracle.StreamOrders, oracle.StreamPoints}})
	})
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

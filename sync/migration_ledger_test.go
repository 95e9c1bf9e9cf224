package sync_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// storeOfVersion4 is a shop with the store and the till of testdata/store4, which the version before the ledger had
// sources and terms wrote: awards, refunds, a void, a transfer, adjustments, an enrollment, an expiry that was taken
// back, tiers, caps and offers, and what earned nothing. Its last points pass has not seen order L, and customer 77.
func storeOfVersion4(t *testing.T, kind shop.Kind) *fixture {
	t.Helper()
	s := newShop(t, kind, biotracktest.Layout2015)
	s.till.Exec(readFile(t, "testdata/store4/till.sql"))
	if kind == shop.SQLite {
		// The file has to be there before it can be filled.
		if err := os.WriteFile(s.store.Folder+"/blackbird.db", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.store.Exec(readFile(t, "testdata/store4/sqlite.sql"))
	} else {
		s.store.Exec(readFile(t, "testdata/store4/postgres.sql"))
	}
	return s
}

// TestStoreOfVersion4: the migration keeps every line and every balance, what earned nothing gets a line of 0, and no
// later pass or repair moves anything but what has not been seen yet, whatever the rules are by then.
func TestStoreOfVersion4(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		if kind == shop.Citus {
			t.Skip("the dump is of a single server")
		}
		for program, given := range map[string]int64{`{}`: 21, wholeProgram: 45} {
			s := storeOfVersion4(t, kind)
			ledger := `SELECT customer_id, COALESCE(order_id, source_kind || ':' || source_id), location_id, revision,
				kind, points, basis_amount, rate, multiplier, rule, pass_id FROM points_ledger
				WHERE points <> 0 ORDER BY 1, 2, 3, 4`
			before := `SELECT customer_id, order_id, location_id, revision, kind,
				points, basis_amount, rate, multiplier, rule, pass_id FROM points_ledger ORDER BY 1, 2, 3, 4`
			balances := `SELECT customer_id, balance, lifetime FROM points_balances WHERE balance <> 0 ORDER BY 1`
			lines, sums := s.store.Rows(before), s.store.Rows(balances)
			if len(lines) != 25 {
				t.Fatalf("the old store has %d lines", len(lines))
			}
			_ = s.openStore().Close()
			same := func(what string) {
				t.Helper()
				if diff := cmp.Diff(lines, s.store.Rows(ledger)); diff != "" {
					t.Errorf("%s: lines (-before +after):\n%s", what, diff)
				}
				if diff := cmp.Diff(sums, s.store.Rows(balances)); diff != "" {
					t.Errorf("%s: balances (-before +after):\n%s", what, diff)
				}
			}
			same("migrated")
			zero := `SELECT source_kind || ' ' || source_id || ' of ' || customer_id FROM points_ledger
				WHERE points = 0 ORDER BY 1`
			want := [][]shop.Text{{"enrollment 1 of 1"}, {"enrollment 2 of 2"}, {"enrollment 3 of 3"},
				{"enrollment 4 of 4"}, {"enrollment 5 of 5"}, {"enrollment 6 of 6"}, {"enrollment 7 of 7"},
				{"order X of 7"}, {"order Z of 6"}}
			if diff := cmp.Diff(want, s.store.Rows(zero)); diff != "" {
				t.Errorf("lines of 0 (-want +got):\n%s", diff)
			}
			dated := `SELECT source_kind, source_id, revision FROM points_ledger
				WHERE effective_at = '2024-08-22T12:00:00.000000Z' OR source_kind = 'enrollment' AND points > 0
					AND effective_at BETWEEN '2026-11-27T18:03:16.700000Z' AND '2026-11-27T18:03:16.900000Z'
				ORDER BY 1, 2, 3`
			wantDated := [][]shop.Text{{"enrollment", "8", "1"}, {"expiry", "5:2024-08-22T12:00:00Z", "1"},
				{"expiry", "5:2024-08-22T12:00:00Z", "2"}}
			if diff := cmp.Diff(wantDated, s.store.Rows(dated)); diff != "" {
				t.Errorf("moments (-want +got):\n%s", diff)
			}
			s.program(program)
			s.pass(sync.Customers.Pass)
			s.pass(sync.Orders.Pass)
			if r := s.pass(sync.Points.Pass); r.Given != given || r.Taken != 0 {
				t.Errorf("%s: the first pass moves %+v, %+v", program, r.PointsMoved, r.Moves)
			}
			for _, repair := range []bool{false, true} {
				if r := s.pass(verification(sync.Points, repair)); r.Findings.Total() != 0 {
					t.Errorf("%s: verify finds %+v", program, r.Findings)
				}
			}
		}
	})
}

package sync_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestTradingDays brings a dispensary over and follows it day by day; after each the store is what the rules say of the
// till.
func TestTradingDays(t *testing.T) {
	for _, layout := range biotracktest.Layouts() {
		for _, encoding := range []string{"UTF8", "SQL_ASCII", "LATIN1"} {
			t.Run(string(layout)+"/"+encoding, func(t *testing.T) {
				eachStore(t, func(t *testing.T, kind string) {
					s := stockedShop(t, kind, biotracktest.Options{
						Layout: layout, Customers: 300, Tickets: 1500, Products: 120, BadRows: true,
					}, pgtest.WithEncoding(encoding))
					s.opts.BatchSize = 400
					s.passes()
					s.check(oracle.Options{Fresh: true})
					days := 2
					if encoding == "UTF8" {
						days = 4
					}
					for number := 1; number <= days; number++ {
						before := s.rows()
						s.day(number, false)
						s.passes()
						s.check(lingering)
						oracle.Report(t, oracle.Stamps(before, s.rows()))
					}
				})
			})
		}
	}
}

// TestFullAfterHardDeletes: rows that vanish at the till without a trace are found by a full pass, and only by that.
func TestFullAfterHardDeletes(t *testing.T) {
	eachStore(t, func(t *testing.T, kind string) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 1500, Products: 120})
		s.opts.BatchSize = 400
		s.passes()
		for number := 1; number <= 3; number++ {
			s.day(number, true)
			s.full(sync.Customers.Pass)
			s.full(sync.Orders.Pass)
			s.full(sync.Products.Pass)
			s.pass(sync.Points.Pass)
			s.check(oracle.Options{AllowRemoved: true})
		}
	})
}

// TestNothingChanged: a pass over an unchanged source writes nothing to the store but its own row of passes, in any
// mode.
func TestNothingChanged(t *testing.T) {
	eachStore(t, func(t *testing.T, kind string) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 1500, Products: 120, BadRows: true})
		s.passes()
		before := s.versions()
		s.passes()
		if diff := cmp.Diff(before, s.versions()); diff != "" {
			t.Errorf("incremental passes wrote (-before +after):\n%s", diff)
		}
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass} {
			s.full(run)
		}
		if diff := cmp.Diff(before, s.versions()); diff != "" {
			t.Errorf("full passes wrote (-before +after):\n%s", diff)
		}
	})
}

// tables are those that a pass may write, apart from its own row of passes.
var tables = []string{"customers", "orders", "products", "points_ledger", "points_balances", "rejects"}

// versions is each table's rows with, on PostgreSQL, the transaction that wrote each: Citus knows it where a query
// keeps to one store.
func (s *shop) versions() map[string][]string {
	s.Helper()
	db := s.openRows()
	defer db.Close()
	all := make(map[string][]string)
	for _, table := range tables {
		query := "SELECT t.xmin::text || ' ' || t::text FROM " + table + " t WHERE t.store_id = 'default' ORDER BY 1"
		if s.storeURL == "" {
			query = "SELECT quote(t.store_id) || " + s.columns(db, table) + " FROM " + table + " t ORDER BY 1"
		}
		rows, err := db.QueryContext(s.Context(), query)
		if err != nil {
			s.Fatal(err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				s.Fatal(err)
			}
			all[table] = append(all[table], text)
		}
		if err := rows.Err(); err != nil {
			s.Fatal(err)
		}
		rows.Close()
	}
	return all
}

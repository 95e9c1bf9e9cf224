package sync_test

import (
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestTradingDays brings a dispensary over and follows it day by day; after each the store is what the rules say of the
// till.
func TestTradingDays(t *testing.T) {
	for _, layout := range biotracktest.Layouts() {
		for _, encoding := range []string{"UTF8", "SQL_ASCII", "LATIN1"} {
			t.Run(string(layout)+"/"+encoding, func(t *testing.T) {
				shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
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
						before := s.store.Actual()
						s.day(number, false)
						s.passes()
						s.check(lingering)
						oracle.Report(t, oracle.Stamps(before, s.store.Actual()))
					}
				})
			})
		}
	}
}

// TestFullAfterHardDeletes: rows that vanish at the till without a trace are found by a full pass, and only by that.
func TestFullAfterHardDeletes(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
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
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 1500, Products: 120, BadRows: true})
		s.passes()
		before := s.store.Dump()
		s.passes()
		s.store.WantUnwritten(before)
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass} {
			s.full(run)
		}
		s.store.WantUnwritten(before)
	})
}

package sync_test

import (
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestVerifyManyPending: where more rows are pending than are named, verify asks for a pass, in place of calling the
// others different; unless one of those that are named differs for another reason.
func TestVerifyManyPending(t *testing.T) {
	defer sync.LimitFindings(10)()
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`INSERT INTO customers (customerid, firstname) SELECT n::text, 'One' FROM generate_series(1, 40) n`)
		s.till.Exec(`INSERT INTO tickets (id, customerid, totalprice, datetime) SELECT n::text, n::text, 1, 1700000000
			FROM generate_series(1, 40) n`)
		s.passes()
		verify := func(stream *sync.Stream, problem string, differ int64) {
			t.Helper()
			r, err := s.try(verification(stream, false), s.opts)
			if problem != "" {
				if setup, is := errors.AsType[*sync.SetupError](err); !is || setup.Problem != problem {
					t.Errorf("%s: %v, want %q", stream.Name, err, problem)
				}
			} else if err != nil || r.Findings.Total() != differ {
				t.Errorf("%s: %+v, %v", stream.Name, r.Findings, err)
			}
		}
		const many = ": more than 10 rows have changed since the last pass: what differs because of that is not known"
		s.till.Exec(`UPDATE customers SET firstname = 'Two'`)
		s.till.Exec(`UPDATE tickets SET totalprice = 2`)
		verify(sync.Customers, "customers"+many, 0)
		verify(sync.Orders, "orders"+many, 0)
		s.pass(sync.Orders.Pass)
		verify(sync.Orders, "", 0)
		verify(sync.Points, "points"+many, 0)
		s.passes()
		for _, stream := range []*sync.Stream{sync.Customers, sync.Orders, sync.Points} {
			verify(stream, "", 0)
		}
		s.store.Exec(`UPDATE orders SET total = 3`)
		verify(sync.Orders, "", 40)
	})
}

// TestVerifyPendingContact: the contact of an order's customer has changed since the last pass, and a voided ticket of
// another customer has the order's id.
func TestVerifyPendingContact(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Ann")
		s.enrol("2", "Bob")
		s.sell("A", "1", "10")
		s.sell("A", "2", "20")
		s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE customerid = '2'`)
		s.passes()
		s.till.Exec(`UPDATE customers SET firstname = 'Anna' WHERE customerid = '1'`)
		if f := s.pass(verification(sync.Orders, false)).Findings; f.Total() != 0 || f.Newer != 1 {
			t.Errorf("%+v", f)
		}
	})
}

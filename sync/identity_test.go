package sync_test

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// verified checks that the store is as the oracle says, and that verify finds so too.
func (s *fixture) verified(streams ...*sync.Stream) {
	s.Helper()
	s.check(oracle.Options{AllowRemoved: true})
	for _, stream := range streams {
		if r := s.pass(verification(stream, false)); r.Findings.Total() != 0 {
			s.Errorf("verify finds in %s: %+v", stream.Name, r.Findings)
		}
	}
}

// TestRenumberedTicket: a ticket that gets another id, or location, stays one order and earns once.
func TestRenumberedTicket(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("T1", "1", "10")
		s.sell("P1", "1", "20")
		s.sell("R1", "1", "-4")
		s.till.Exec(`UPDATE tickets SET preorder = 1, pif = 0 WHERE id = 'P1'`)
		s.till.Exec(`UPDATE tickets SET refticketid = 'T1' WHERE id = 'R1'`)
		s.passes()
		s.store.WantBalance("1", 6)

		s.till.Exec(`UPDATE tickets SET id = 'T1-B' WHERE id = 'T1'`)
		s.till.Exec(`UPDATE tickets SET id = 'P1-PAID', pif = 1 WHERE id = 'P1'`)
		s.passes()
		s.store.WantOrders(
			shop.Order{ID: "P1", Serial: 2, Status: "removed"},
			shop.Order{ID: "P1-PAID", Serial: 2, Status: "completed"},
			shop.Order{ID: "R1", Serial: 3, Status: "refund"},
			shop.Order{ID: "T1", Serial: 1, Status: "removed"},
			shop.Order{ID: "T1-B", Serial: 1, Status: "completed"},
		)
		s.store.WantBalance("1", 30)
		s.verified(sync.Orders, sync.Points)

		s.till.Exec(`UPDATE tickets SET refticketid = 'T1-B' WHERE id = 'R1'`)
		s.till.Exec(`UPDATE tickets SET location = 2 WHERE id = 'T1-B'`)
		s.passes()
		s.store.WantBalance("1", 26)
		s.verified(sync.Orders, sync.Points)
	})
}

// TestIDOfAnotherTicket: a ticket that takes over another's id gives up its own to the older one that has it too.
func TestIDOfAnotherTicket(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		for _, sale := range []struct{ id, total string }{{"A", "1"}, {"A", "2"}, {"B", "4"}} {
			s.sell(sale.id, "1", sale.total)
		}
		s.passes()
		s.store.WantBalance("1", 6)
		// A changes hands, and so does B.
		s.till.Exec(`UPDATE tickets SET id = 'C' WHERE ticketserial = 2`)
		s.till.Exec(`UPDATE tickets SET id = 'D', totalprice = NULL WHERE ticketserial = 3`)
		s.passes()
		s.store.WantOrders(
			shop.Order{ID: "A", Serial: 1, Status: "completed"},
			shop.Order{ID: "B", Serial: 3, Status: "removed"},
			shop.Order{ID: "C", Serial: 2, Status: "completed"},
		)
		s.store.WantBalance("1", 3)
		s.verified(sync.Orders, sync.Points)
	})
}

// TestTicketsLoadedAgain: tickets that were deleted and loaded again with lower serials are followed from then on.
func TestTicketsLoadedAgain(t *testing.T) {
	for name, pass := range map[string]func(*fixture){
		"incremental": func(s *fixture) { s.pass(sync.Orders.Pass) },
		// The default guard: no order is gone.
		"full": func(s *fixture) {
			s.opts.MaxRemovals = must(sync.ParseLimit("0"))
			s.full(sync.Orders.Pass)
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
				s := newShop(t, kind, biotracktest.Layout2015)
				s.enrol("1", "Regular")
				s.till.Exec(`SELECT setval(pg_get_serial_sequence('tickets', 'ticketserial'), 100)`)
				s.sell("A", "1", "10")
				s.sell("B", "1", "20")
				s.passes()
				s.store.WantBalance("1", 30)
				s.till.Exec(`CREATE TABLE saved AS SELECT * FROM tickets`)
				s.till.Exec(`DELETE FROM tickets`)
				s.till.Exec(`UPDATE saved SET ticketserial = ticketserial - 100`)
				s.till.Exec(`INSERT INTO tickets SELECT * FROM saved`)
				pass(s)
				s.pass(sync.Points.Pass)
				s.verified(sync.Orders, sync.Points)
				s.store.WantBalance("1", 30)
				s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE id = 'A'`)
				s.till.Exec(`UPDATE tickets SET refundtotalprice = 5 WHERE id = 'B'`)
				s.passes()
				s.verified(sync.Orders, sync.Points)
				s.store.WantBalance("1", 15)
			})
		})
	}
}

// TestOneIDAtTwoLocations: the tickets of one id at two locations are two orders, and each earns.
func TestOneIDAtTwoLocations(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "10")
		s.sell("A", "1", "20")
		s.sell("R", "1", "-5")
		s.till.Exec(`UPDATE tickets SET location = 2 WHERE ticketserial = 2`)
		s.till.Exec(`UPDATE tickets SET location = 2, refticketid = 'A' WHERE id = 'R'`)
		s.passes()
		s.check(oracle.Options{Fresh: true})
		s.store.WantOrders(
			shop.Order{ID: "A", Location: "1", Status: "completed", RefundedTotal: "0.00"},
			shop.Order{ID: "A", Location: "2", Status: "partially_refunded", RefundedTotal: "5.00"},
			shop.Order{ID: "R", Location: "2", Status: "refund", RefundedTotal: "0.00"},
		)
		s.store.WantBalance("1", 25)
		s.verified(sync.Orders, sync.Points)
	})
}

// TestRefundElsewhere: a refund that is rung up at a location that is not synced counts for an order of one that is, in
// passes of all kinds and in verify. A refund of its own location's ticket does not.
func TestRefundElsewhere(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.Locations = []int64{1}
		s.enrol("1", "Regular")
		at := func(location int, id, total, of string) {
			s.till.Exec(`INSERT INTO tickets (id, customerid, price, totalprice, datetime, location, refticketid)
				VALUES ($1, '1', $2, $2, 1700000000, $3, NULLIF($4, ''))`, id, total, location, of)
		}
		at(1, "A", "100", "")
		at(1, "B", "100", "")
		at(2, "B", "50", "")
		at(2, "R1", "-1", "A")
		at(2, "R2", "-2", "B")
		s.passes()
		s.store.WantBalance("1", 199)
		s.verified(sync.Orders, sync.Points)
		// Incremental; the second one comes before its order.
		at(2, "R3", "-4", "A")
		at(2, "R4", "-8", "C")
		s.passes()
		s.store.WantBalance("1", 195)
		at(1, "C", "100", "")
		at(3, "R5", "-16", "B")
		s.passes()
		s.store.WantBalance("1", 271)
		s.verified(sync.Orders, sync.Points)
		// A refund that is voided, one that changes its amount, and one that turns out to be of its own location's
		// ticket.
		s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE id = 'R1'`)
		s.till.Exec(`UPDATE tickets SET totalprice = -32 WHERE id = 'R3'`)
		at(2, "C", "10", "")
		s.passes()
		s.store.WantBalance("1", 300-32-16)
		s.verified(sync.Orders, sync.Points)
		s.full(sync.Orders.Pass)
		s.passes()
		s.store.WantBalance("1", 300-32-16)
		s.verified(sync.Orders, sync.Points)
		// Named by a person.
		s.till.Exec(`UPDATE tickets SET totalprice = -64 WHERE id = 'R3'`)
		s.opts.Only.IDs = []string{"R3"}
		s.pass(sync.Orders.Pass)
		s.opts.Only.IDs = nil
		s.pass(sync.Points.Pass)
		s.store.WantBalance("1", 300-64-16)
	})
}

// TestCustomerElsewhere: a customer who is registered at a location that is not synced comes as soon as an order names
// him, earns, and leaves with his last order.
func TestCustomerElsewhere(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.Locations = []int64{1}
		s.enrol("1", "Regular")
		s.enrol("2", "Guest")
		s.enrol("3", "Stranger")
		s.till.Exec(`UPDATE customers SET location = 2 WHERE customerid <> '1'`)
		s.sell("A", "2", "10")
		s.passes()
		s.passes()
		s.store.WantCustomers(
			shop.Customer{ID: "1", FirstName: "Regular", Location: "1", Active: true},
			shop.Customer{ID: "2", FirstName: "Guest", Location: "2", Active: true},
		)
		s.store.WantBalance("2", 10)
		s.verified(sync.Customers, sync.Orders, sync.Points)
		// A change of his, and a full pass.
		s.till.Exec(`UPDATE customers SET firstname = 'Visitor' WHERE customerid = '2'`)
		s.passes()
		s.verified(sync.Customers)
		s.full(sync.Customers.Pass)
		s.verified(sync.Customers)
		// Someone who moves there and has orders stays, and one without leaves.
		s.sell("B", "1", "5")
		s.passes()
		s.till.Exec(`UPDATE customers SET location = 2 WHERE customerid = '1'`)
		s.till.Exec(`UPDATE tickets SET customerid = '1' WHERE id = 'A'`)
		s.passes()
		s.passes()
		s.store.WantCustomers(
			shop.Customer{ID: "1", FirstName: "Regular", Location: "2", Active: true},
			shop.Customer{ID: "2", FirstName: "Visitor", Location: "2", Active: false},
		)
		s.store.WantBalance("1", 15)
		s.verified(sync.Customers, sync.Orders, sync.Points)
	})
}

// TestCustomerOfAnotherID: a customer whose id is changed at the till is a new one, and the old one is inactive at
// once. The orders follow their tickets.
func TestCustomerOfAnotherID(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Before")
		s.enrol("2", "Other")
		s.sell("A", "1", "10")
		s.passes()
		s.till.Exec(`UPDATE customers SET customerid = '9' WHERE customerid = '1'`)
		s.till.Exec(`UPDATE tickets SET customerid = '9' WHERE customerid = '1'`)
		if f := s.pass(verification(sync.Customers, false)).Findings; f.Total() != 0 || f.Newer != 2 {
			s.Errorf("verify before the next pass finds %+v, want two rows that are newer", f)
		}
		s.passes()
		s.store.WantCustomers(
			shop.Customer{ID: "1", FirstName: "Before", Active: false},
			shop.Customer{ID: "2", FirstName: "Other", Active: true},
			shop.Customer{ID: "9", FirstName: "Before", Active: true},
		)
		s.store.WantBalance("1", 0)
		s.store.WantBalance("9", 10)
		s.verified(sync.Customers, sync.Orders, sync.Points)
	})
}

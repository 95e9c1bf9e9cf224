package sync_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// ticket is a ticket as a test rings it up. Empty texts are NULL.
type ticket struct {
	id, total, refund, of string
	// customer is 1 where it is empty.
	customer string
	// transaction is the ticket's own, original that of the one it refunds; 0 is NULL.
	transaction, original int
	// location is 1 where it is 0.
	location int
}

func (s *fixture) ring(tickets ...ticket) {
	s.Helper()
	for _, t := range tickets {
		s.till.Exec(`INSERT INTO tickets (id, customerid, price, totalprice, refundtotalprice, refticketid,
			transactionid, transactionid_original, location, datetime) VALUES ($1, $2, $3, $3,
			COALESCE(NULLIF($4, ''), '0')::numeric, NULLIF($5, ''), NULLIF($6, 0), NULLIF($7, 0), GREATEST($8, 1), $9)`,
			t.id, cmp.Or(t.customer, "1"), t.total, t.refund, t.of, t.transaction, t.original, t.location, someTime)
	}
}

// refundForm is a way in which a till gives back money of order A, which is of 100.00, transaction 5 and location 1.
type refundForm struct {
	name    string
	tickets []ticket
	// points is what the customer has in the end: 100 for A, less what was given back, and what an exchange earns.
	points int64
	// unknown is the id of the ticket of which the order is not known, empty for none.
	unknown string
}

var refundForms = []refundForm{
	{"by id", []ticket{{id: "R", total: "-40", of: "A"}}, 60, ""},
	{"by id, as an amount", []ticket{{id: "R", total: "0", refund: "40", of: "A"}}, 60, ""},
	{"by id, as a negative amount", []ticket{{id: "R", total: "0", refund: "-40", of: "A"}}, 60, ""},
	{"of more than the order", []ticket{{id: "R", total: "-140", of: "A"}}, 0, ""},
	{"by transaction", []ticket{{id: "R", total: "-40", transaction: 6, original: 5}}, 60, ""},
	{"by transaction, as an amount", []ticket{{id: "R", total: "0", refund: "40", original: 5}}, 60, ""},
	{"by transaction, at a sister location", []ticket{{id: "R", total: "-40", original: 5, location: 2}}, 60, ""},
	{
		"by transaction, where the sister location has a ticket of the order's id",
		[]ticket{
			{id: "A", total: "10", transaction: 9, location: 2}, {id: "R", total: "-40", original: 5, location: 2},
		},
		70, "",
	},
	{"by an unknown transaction", []ticket{{id: "R", total: "-40", original: 4}}, 100,
		"R"},
	{"of an unknown order", []ticket{{id: "R", total: "-40", of: "Z"}}, 100,
		"R"},
	{"of a refund", []ticket{{id: "R", total: "-40", of: "A"}, {id: "S", total: "-10", of: "R"}}, 60,
		"S"},
	{"of itself", []ticket{{id: "R", total: "-40", of: "R"}}, 100,
		"R"},
	{"its own transaction", []ticket{{id: "R", total: "-40", transaction: 7, original: 7}}, 100, ""},
	{"no transaction", []ticket{{id: "R", total: "30", refund: "10"}}, 120, ""},
	{"exchange", []ticket{{id: "E", total: "20", refund: "60", of: "A"}}, 40 + 20, ""},
	{"exchange with a negative amount", []ticket{{id: "E", total: "20", refund: "-60", of: "A"}}, 40 + 20, ""},
	{"exchange at a sister location", []ticket{{id: "E", total: "20", refund: "60", of: "A", location: 2}}, 60, ""},
	{
		"exchange, refunded itself",
		[]ticket{{id: "E", total: "20", refund: "60", of: "A"}, {id: "R", total: "-5", of: "E"}}, 40 + 15, "",
	},
	{"exchange of an unknown order", []ticket{{id: "E", total: "20", refund: "60", of: "Z"}}, 120,
		"E"},
	{"exchange of itself", []ticket{{id: "E", total: "20", refund: "5", of: "E"}}, 115, ""},
	{"reference without a refund", []ticket{{id: "E", total: "20", of: "A"}}, 120, ""},
}

// TestRefundForms: each form of a refund takes back what it gives back, whichever comes first, and nothing when it is
// voided. Each form has a customer, an order, ids and transactions of its own.
func TestRefundForms(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		for i, first := range []string{"order", "refund"} {
			t.Run(first+" first", func(t *testing.T) {
				s := newShop(t, kind, biotracktest.Layouts()[i])
				order := []ticket{{id: "A", total: "100", transaction: 5}}
				rings := []func(){
					func() { s.ringForms(func(refundForm) []ticket { return order }) },
					func() { s.ringForms(func(f refundForm) []ticket { return f.tickets }) },
				}
				for n := range refundForms {
					s.enrol(fmt.Sprint(n), "Ann")
				}
				for n := range rings {
					rings[n^i]()
					s.passes()
				}
				s.checkForms()
				s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE id NOT LIKE 'A%' OR location = 2`)
				s.passes()
				s.check(oracle.Options{})
				for n := range refundForms {
					s.store.WantBalance(shop.Text(fmt.Sprint(n)), 100)
				}
			})
		}
	})
}

// ringForms rings up tickets of each form.
func (s *fixture) ringForms(of func(refundForm) []ticket) {
	s.Helper()
	for n, form := range refundForms {
		for _, t := range of(form) {
			t.customer, t.id = fmt.Sprint(n), t.id+fmt.Sprint(n)
			if t.of != "" {
				t.of += fmt.Sprint(n)
			}
			if t.transaction > 0 {
				t.transaction += 10 * n
			}
			if t.original > 0 {
				t.original += 10 * n
			}
			s.ring(t)
		}
	}
}

// checkForms checks the forms, as synced and as a full pass and verify find them.
func (s *fixture) checkForms() {
	s.Helper()
	s.check(oracle.Options{})
	var notices []shop.Reject
	for n, form := range refundForms {
		s.store.WantBalance(shop.Text(fmt.Sprint(n)), form.points)
		if form.unknown != "" {
			serial := s.till.Value(`SELECT ticketserial FROM tickets WHERE btrim(id) = $1`, form.unknown+fmt.Sprint(n))
			notices = append(notices, shop.Reject{
				Stream: "orders", Key: shop.Text("#" + serial), Reason: sync.ReasonRefundOfUnknown,
			})
		}
	}
	slices.SortFunc(notices, func(a, b shop.Reject) int { return cmp.Compare(a.Key, b.Key) })
	s.store.WantRejects(notices...)
	if r := s.full(sync.Orders.Pass); r.Counts.Inserted+r.Counts.Updated+r.Counts.Removed != 0 ||
		r.Notices[sync.ReasonRefundOfUnknown] != int64(len(notices)) {
		s.Errorf("a full pass: %+v, notices %v", r.Counts, r.Notices)
	}
	if r := s.pass(verification(sync.Orders, false)); r.Findings.Total() != 0 {
		s.Errorf("verify: %+v", r.Findings)
	}
}

// TestRefundsInScope: at a shop that syncs location 1 alone, refunds and exchanges at location 2 of its orders count,
// an exchange earns nothing there, and a refund of an order of location 2 is not missing.
func TestRefundsInScope(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.Locations = []int64{1}
		s.enrol("1", "Ann")
		s.ring(
			ticket{id: "A", total: "100", transaction: 5}, ticket{id: "B", total: "50", transaction: 6, location: 2},
			ticket{id: "R", total: "-10", original: 5, location: 2},
			ticket{id: "S", total: "-10", original: 6, location: 2},
			ticket{id: "E", total: "30", refund: "20", of: "A", location: 2},
			ticket{id: "T", total: "-5", of: "B"}, ticket{id: "U", total: "-5", original: 6},
			ticket{id: "V", total: "-5", original: 99, location: 2}, ticket{id: "W", total: "-5", of: "Z", location: 2},
		)
		for range 2 {
			s.passes()
			s.check(oracle.Options{})
			s.store.WantBalance("1", 70)
			if r := s.full(sync.Orders.Pass); r.Notices[sync.ReasonRefundOfUnknown] != 2 {
				t.Errorf("notices: %v", r.Notices)
			}
			s.check(oracle.Options{})
			if r := s.pass(verification(sync.Orders, false)); r.Findings.Total() != 0 {
				t.Errorf("verify: %+v", r.Findings)
			}
		}
	})
}

// TestSuperseded: of two tickets with one id at one location the lower one is listed as long as both are there, and
// passes that are cut off lose no such notice.
func TestSuperseded(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 2
		s.enrol("1", "Ann")
		superseded := func(serials ...int) {
			t.Helper()
			var notices []shop.Reject
			for _, serial := range serials {
				notices = append(notices, shop.Reject{
					Stream: "orders", Key: shop.Text(fmt.Sprintf("#%d", serial)), Reason: sync.ReasonSuperseded,
				})
			}
			s.check(oracle.Options{})
			s.store.WantRejects(notices...)
		}
		s.opts.MaxRejects = 0
		// In one batch, in batches apart, at another location, and voided.
		s.ring(ticket{id: "A", total: "10"}, ticket{id: "A", total: "20"}, ticket{id: "B", total: "10"},
			ticket{id: "C", total: "10"}, ticket{id: "C", total: "11", location: 2}, ticket{id: "D", total: "10"},
			ticket{id: "B", total: "20"}, ticket{id: "D", total: "20"})
		s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE ticketserial = 6`)
		s.passes()
		superseded(1, 3)
		s.ring(ticket{id: "C", total: "30"})
		s.till.Exec(`UPDATE tickets SET id = 'A2' WHERE ticketserial = 1`)
		s.passes()
		superseded(3, 4)
		s.till.Exec(`UPDATE tickets SET id = 'B2' WHERE ticketserial = 7`)
		s.till.Exec(`UPDATE tickets SET deleted = 0 WHERE ticketserial = 6`)
		s.passes()
		superseded(4, 6)
		s.full(sync.Orders.Pass)
		superseded(4, 6)
	})
}

// TestSupersededAtOnce: two pages that are merged at the same time have tickets of the same ids.
func TestSupersededAtOnce(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 2
		s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) SELECT n % 2 + n / 4 * 2, 5, $1
			FROM generate_series(0, 199) n`, someTime)
		for range 2 {
			if r := s.full(sync.Orders.Pass); r.Notices[sync.ReasonSuperseded] != 100 {
				t.Errorf("notices: %v", r.Notices)
			}
			s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
			s.till.Exec(`UPDATE tickets SET totalprice = totalprice + 1`)
			s.store.Exec(`DELETE FROM rejects`)
		}
	})
}

// TestSupersededWhileRejected: an order's ticket is rejected in its present version, and another one takes its place:
// the reject stays listed, whichever of them a pass reads first.
func TestSupersededWhileRejected(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		for _, order := range []struct{ rejected, other int }{{1, 5}, {2, 1}} {
			s := newShop(t, kind, biotracktest.Layout2015)
			s.opts.BatchSize = 1
			s.ring(ticket{id: "B", total: "1"}, ticket{id: "A", total: "1"})
			s.pass(sync.Orders.Pass)
			id := s.till.Value(`SELECT id FROM tickets WHERE ticketserial = $1`, order.rejected)
			s.till.Exec(`UPDATE tickets SET datetime = 5 WHERE ticketserial = $1`, order.rejected)
			s.till.Exec(`INSERT INTO tickets (ticketserial, id, totalprice, datetime) VALUES (9, $1, 2, $2)`, id,
				someTime)
			for _, run := range []func(pass) sync.Result{s.pass, s.pass, s.full, s.full} {
				run(sync.Orders.Pass)
				s.store.WantRejects(shop.Reject{
					Stream: "orders", Key: shop.Text(fmt.Sprintf("#%d", order.rejected)), Reason: sync.ReasonBadTime,
				})
			}
		}
	})
}

// TestNoticesStay: an incremental pass reads no row because of its notice until what it waits for has come.
func TestNoticesStay(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, _ := ownServerShop(t, kind, map[string]string{"autovacuum": "off"})
		s.ring(ticket{id: "A", total: "10"}, ticket{id: "A", total: "20"}, ticket{id: "R", total: "-5", of: "Z"},
			ticket{id: "S", total: "-5", original: 4})
		s.till.Exec("CHECKPOINT")
		s.pass(sync.Orders.Pass)
		for _, step := range []struct {
			rung               ticket
			read, unknown, two int64
		}{
			{ticket{id: "B", total: "10", transaction: 3}, 1, 2, 1},
			{ticket{id: "Z", total: "10"}, 1, 1, 1},
			{ticket{id: "D", total: "10", transaction: 4}, 2, 0, 1},
			{ticket{id: "A", total: "30"}, 1, 0, 2},
		} {
			s.ring(step.rung)
			s.till.Exec("CHECKPOINT") // what is flushed is settled
			r := s.pass(sync.Orders.Pass)
			if r.Counts.Read != step.read || r.Notices[sync.ReasonRefundOfUnknown] != step.unknown ||
				r.Notices[sync.ReasonSuperseded] != step.two {
				t.Errorf("after %+v: %+v, notices %v", step.rung, r.Counts, r.Notices)
			}
			s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
		}
	})
}

// TestNoticesOfGoneTickets: tickets with a notice are loaded again with other serials, or deleted just as another one
// takes their place. Nothing stays listed for the serials that they had.
func TestNoticesOfGoneTickets(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 1
		s.pass(sync.Orders.Pass)
		s.ring(ticket{id: "R", total: "-5", of: "Z"}, ticket{id: "S", total: "-5", original: 4},
			ticket{id: "A", total: "10"}, ticket{id: "B", total: "10"}, ticket{id: "B", total: "20"})
		// What no pass has seen before is no sign that the till was put back.
		s.pass(verification(sync.Orders, true))
		s.check(oracle.Options{})
		s.till.Exec(`UPDATE tickets SET ticketserial = -ticketserial WHERE id IN ('R', 'S')`)
		s.till.Exec(`DELETE FROM tickets WHERE id = 'A' OR ticketserial = 5`)
		s.ring(ticket{id: "A", total: "20"}, ticket{id: "B", total: "30"})
		s.wantIncremental(sync.Orders.Pass)
		s.check(oracle.Options{})
	})
}

// TestNoticesAfterCuts: a pass merges the order that a refund waits for, and is cut off before it has looked at the
// notices. The next one, which has nothing to write, takes the notice off.
func TestNoticesAfterCuts(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 1
		s.ring(ticket{id: "R", total: "-5", of: "Z"})
		s.pass(sync.Orders.Pass)
		s.ring(ticket{id: "Z", total: "10"}, ticket{id: "A", total: "10"})
		merged := false
		for looks := 60; ; looks += 9 {
			f := newFuse(s.Context(), looks)
			source, store := s.openSource(), s.openStore()
			_, err := sync.Orders.Pass(f, s.env(source, store), s.opts)
			done := f.Context.Err() == nil
			f.burn()
			source.Close()
			store.Close()
			if done {
				if err != nil || !merged {
					t.Errorf("%d looks: %v, the order was there: %t", looks, err, merged)
				}
				break
			}
			merged = merged || len(s.store.Rows(`SELECT 1 FROM orders WHERE order_id = 'Z'`)) > 0
		}
		s.store.WantRejects()
		s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
	})
}

// TestRefundOfSuperseded: a refund of a transaction whose ticket is superseded takes nothing from the order that stands
// under the same id, whichever of the three comes last.
func TestRefundOfSuperseded(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Twice")
		s.ring(ticket{id: "A", total: "100", transaction: 5})
		s.passes()
		for _, step := range []struct {
			what    string
			do      func()
			balance int64
		}{
			{"refunded", func() { s.ring(ticket{id: "R", total: "-40", original: 5}) }, 60},
			{"superseded since", func() { s.ring(ticket{id: "A", total: "30", transaction: 6}) }, 30},
			{"another refund", func() { s.ring(ticket{id: "Q", total: "-10", original: 5}) }, 30},
			{"of the newer one", func() { s.ring(ticket{id: "P", total: "-7", original: 6}) }, 23},
			{"which is voided", func() { s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE totalprice = 30`) }, 50},
			{"and comes back", func() { s.till.Exec(`UPDATE tickets SET deleted = 0 WHERE totalprice = 30`) }, 23},
		} {
			step.do()
			s.wantSettled(step.what, step.balance)
		}
	})
}

// TestRefundOfRejected: a refund is of a ticket that is rejected only until another one of its id is the order.
func TestRefundOfRejected(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Twice")
		s.ring(ticket{id: "A", total: "100", transaction: 5})
		s.ring(ticket{id: "R", total: "-40", original: 5})
		s.till.Exec(`UPDATE tickets SET datetime = NULL WHERE id = 'A'`)
		s.passes()
		for _, step := range []struct {
			what    string
			do      func()
			balance int64
		}{
			{"another one", func() { s.ring(ticket{id: "A", total: "30", transaction: 6}) }, 30},
			{"which is voided", func() { s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE totalprice = 30`) }, 0},
			{"and comes back", func() { s.till.Exec(`UPDATE tickets SET deleted = 0 WHERE totalprice = 30`) }, 30},
			{"put right", func() {
				s.till.Exec(`UPDATE tickets SET datetime = 1700000000 WHERE datetime IS NULL`)
			}, 30},
			{"the order", func() { s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE totalprice = 30`) }, 60},
		} {
			step.do()
			s.wantSettled(step.what, step.balance)
		}
	})
}

// wantSettled makes passes, and checks that they leave customer 1 with the balance, and nothing for others to find or
// to write.
func (s *fixture) wantSettled(what string, balance int64) {
	s.Helper()
	s.passes()
	s.check(oracle.Options{})
	s.store.WantBalance("1", balance)
	for _, stream := range []*sync.Stream{sync.Orders, sync.Points} {
		if r := s.pass(verification(stream, false)); r.Findings.Total() != 0 {
			s.Errorf("%s: verify finds %+v", what, r.Findings)
		}
	}
	before := s.store.Dump()
	s.full(sync.Orders.Pass)
	s.store.WantUnwritten(before)
}

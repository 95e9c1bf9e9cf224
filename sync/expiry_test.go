package sync_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// expiryShop is a shop in Los Angeles whose customers 1 to 3 have bought nothing.
type expiryShop struct{ *fixture }

func newExpiryShop(t *testing.T, kind shop.Kind, program string) *expiryShop {
	t.Helper()
	s := &expiryShop{newShop(t, kind, biotracktest.Layout2015)}
	s.windClock()
	s.opts.Rules.Zone = must(time.LoadLocation("America/Los_Angeles"))
	s.program(program)
	for _, customer := range []string{"1", "2", "3"} {
		s.enrol(customer, "Somebody")
	}
	return s
}

func (s *expiryShop) when(local string) time.Time {
	return must(time.ParseInLocation("2006-01-02 15:04", local, s.opts.Rules.Zone))
}

func (s *expiryShop) sell(id, customer, total, local string) {
	s.Helper()
	s.till.Exec(`INSERT INTO tickets (id, customerid, price, totalprice, datetime)
		VALUES ($1, NULLIF($2, ''), $3, $3, $4)`, id, customer, total, s.when(local).Unix())
}

// at makes a pass of each stream at a time, and checks the first customer's balance. Before the points pass, and after
// it, verify finds nothing.
func (s *expiryShop) at(what, local string, want int64) {
	s.Helper()
	s.setClocks(s.when(local), 0)
	s.pass(sync.Customers.Pass)
	s.pass(sync.Orders.Pass)
	if w, err := s.state.Read("points"); err != nil || w != nil {
		if result := s.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
			s.Errorf("%s: before the pass verify finds %+v", what, result.Findings)
		}
	}
	s.pass(sync.Points.Pass)
	if got := s.store.Actual().Balances["1"].Balance; got != want {
		s.Errorf("%s: balance %d, want %d", what, got, want)
	}
	if result := s.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
		s.Errorf("%s: verify finds %+v", what, result.Findings)
	}
	before := s.store.Dump()
	s.pass(sync.Points.Pass)
	s.full(sync.Points.Pass)
	s.store.WantUnwritten(before)
}

func (s *expiryShop) adjust(points int64) {
	s.Helper()
	source, store := s.openSource(), s.openStore()
	defer source.Close()
	defer store.Close()
	_, err := sync.Adjust(s.Context(), s.env(source, store), false,
		sync.Adjustment{Customer: "1", Points: points, Reason: "test"})
	if err != nil {
		s.Fatal(err)
	}
}

// lines are what the ledger has of expiries and write-offs, in order.
func (s *expiryShop) lines(want ...string) {
	s.Helper()
	var got []string
	for _, row := range s.store.Rows(`SELECT source_id || ' ' || CAST(points AS text) FROM points_ledger
		WHERE kind IN ('expiry', 'write_off') ORDER BY pass_id, source_id`) {
		got = append(got, string(row[0]))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("expiries and write-offs (-want +got):\n%s", diff)
	}
}

const ninetyDays = `{"expire_after_days": 90}`

// TestExpiry: points are valid through the last day, and gone at its end. What becomes known later saves what it would
// have saved in time.
func TestExpiry(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, ninetyDays)
		s.sell("A", "1", "120", "2025-01-10 15:00")
		s.at("the last day", "2025-04-10 23:59", 120)
		s.at("the day after", "2025-04-11 00:00", 0)
		s.lines("1:2025-04-10 -120")
		s.sell("B", "1", "25", "2025-03-30 12:00")
		s.at("an order that arrives late", "2025-05-01 12:00", 145)
		s.lines("1:2025-04-10 -120", "1:2025-04-10 120")
		s.sell("C", "", "10", "2025-06-20 12:00")
		s.till.Exec(`INSERT INTO tickets (id, customerid, price, totalprice, datetime, pif)
			VALUES ('D', '1', 7, 7, $1, 0)`, s.when("2025-09-10 12:00").Unix())
		s.at("two orders that are not the customer's, or not paid", "2025-09-20 12:00", 0)
		s.till.Exec(`UPDATE tickets SET customerid = '1' WHERE id = 'C'`)
		s.at("one gets its customer: it would have expired on September 19", "2025-09-20 13:00", 0)
		s.till.Exec(`UPDATE tickets SET pif = 1 WHERE id = 'D'`)
		s.at("the other is paid for", "2025-09-20 14:00", 162)
		s.till.Exec(`UPDATE tickets SET deleted = 1 WHERE id = 'D'`)
		s.at("and voided: it was one all the same", "2025-09-20 15:00", 155)
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 120 WHERE id = 'A'`)
		s.at("a refund is none", "2025-12-09 23:00", 35)
		s.at("so all is over in time", "2025-12-10 00:00", 0)
	})
}

// TestExpiryAndRefund: what has expired is taken once, whatever is refunded of it, and what was spent meanwhile is not
// taken at all.
func TestExpiryAndRefund(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, ninetyDays)
		s.sell("A", "1", "100", "2025-01-10 15:00")
		s.sell("B", "2", "100", "2025-01-10 15:00")
		s.at("the last day", "2025-04-10 12:00", 100)
		s.setClocks(s.when("2025-04-12 10:00"), 0)
		s.adjust(-60)
		s.at("spent before the pass that finds the expiry", "2025-04-12 12:00", 0)
		s.lines("1:2025-04-10 -40", "2:2025-04-10 -100")
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 100`)
		s.at("refunded in full", "2025-05-01 12:00", -60)
		s.lines("1:2025-04-10 -40", "2:2025-04-10 -100", "1:2025-04-10 40", "2:2025-04-10 100")
		s.program(`{"expire_after_days": 90, "negative": "write_off"}`)
		s.pass(sync.Points.Pass)
		s.at("a debt that is written off", "2025-05-02 12:00", 0)
		s.sell("C", "1", "25", "2025-05-02 13:00")
		s.at("what comes later stays", "2025-05-03 12:00", 25)
	})
}

// TestExpiryOfFormerCustomer: an order that earned nothing saves the balance of the customer whom it is given to, and
// does so no longer once it is given to another one.
func TestExpiryOfFormerCustomer(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, `{"expire_after_days": 90, "exclude": {"below_total": 5}}`)
		s.sell("A", "1", "120", "2025-01-10 15:00")
		s.sell("B", "2", "3", "2025-02-10 15:00")
		s.at("in time", "2025-02-20 12:00", 120)
		s.till.Exec(`UPDATE tickets SET customerid = '1' WHERE id = 'B'`)
		s.at("the second order is given to the customer of the first", "2025-04-20 12:00", 120)
		s.till.Exec(`UPDATE tickets SET customerid = '3' WHERE id = 'B'`)
		s.at("and to another one", "2025-04-20 13:00", 0)
	})
}

// TestExpiryOnWrongClocks: points do not expire by the host's clock, and what did is given back.
func TestExpiryOnWrongClocks(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, ninetyDays)
		s.sell("A", "1", "100", "2025-01-10 15:00")
		s.at("in time", "2025-01-20 12:00", 100)
		s.setClocks(s.when("2025-01-21 12:00"), 2*365*24*time.Hour)
		s.sell("B", "1", "5", "2025-01-21 11:00")
		if _, err := s.try(sync.Orders.Pass, s.opts); !isSetup(err) {
			t.Errorf("the clocks are two years apart: %v", err)
		}
		for range 2 {
			s.pass(sync.Points.Pass)
			s.full(sync.Points.Pass)
			s.store.WantBalance("1", 105)
		}
		// Both clocks were wrong.
		s.setClocks(s.when("2027-01-21 12:00"), 0)
		s.pass(sync.Orders.Pass)
		s.pass(sync.Points.Pass)
		s.store.WantBalance("1", 0)
		s.setClocks(s.when("2025-01-22 12:00"), 0)
		if _, err := s.try(sync.Orders.Pass, s.opts); !isSetup(err) {
			t.Errorf("the till's clock went back by two years: %v", err)
		}
		s.full(sync.Orders.Pass)
		s.at("what was dated in the future", "2025-01-22 13:00", 105)
	})
}

func isSetup(err error) bool {
	_, is := errors.AsType[*sync.SetupError](err)
	return is
}

// TestExpiryUnderOtherRules: rules that let balances expire count from the day on which they came; without them all
// that has expired comes back, once a person confirms it. A mistake that was refused leaves nothing.
func TestExpiryUnderOtherRules(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, `{}`)
		s.sell("A", "1", "20000", "2024-10-05 15:00")
		s.at("without", "2025-02-28 12:00", 20000)
		s.setClocks(s.when("2025-03-01 09:00"), 0)
		s.pass(sync.Orders.Pass)
		s.program(ninetyDays)
		s.pass(sync.Points.Pass)
		s.at("switched on March 1: valid through May 30", "2025-05-30 23:00", 20000)
		s.at("and no longer", "2025-05-31 00:00", 0)

		s.opts.MaxPointsChange = sync.DefaultMaxPointsChange()
		s.setClocks(s.when("2025-06-02 09:00"), 0)
		s.pass(sync.Orders.Pass)
		s.program(`{}`)
		want := &sync.TooManyPointsError{Change: 20000, Limit: 10000,
			Moved: map[model.LineKind]sync.PointsMoved{model.LineExpiry: {Given: 20000}}}
		_, err := s.try(sync.Points.Pass, s.opts)
		if got, _ := errors.AsType[*sync.TooManyPointsError](err); !cmp.Equal(got, want) {
			t.Errorf("switched off: not refused as it should be: %v", err)
		}
		if result := s.pass(verification(sync.Points, true)); result.Findings.Total() != 0 {
			t.Errorf("a repair applies new rules: %+v", result.Findings)
		}
		s.program(ninetyDays)
		s.at("the mistake is corrected", "2025-06-03 12:00", 0)

		s.opts.MaxPointsChange = must(sync.ParseLimit("20000"))
		s.setClocks(s.when("2025-06-04 09:00"), 0)
		s.pass(sync.Orders.Pass)
		s.program(`{}`)
		s.pass(sync.Points.Pass)
		s.at("switched off", "2025-06-04 12:00", 20000)
	})
}

// TestRefundMakesDebt: a debt is written off, or carried, by the rules in force when the refund was made that made it.
func TestRefundMakesDebt(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newExpiryShop(t, kind, `{"negative": "write_off"}`)
		refund := func(id, of, local string) {
			s.till.Exec(`INSERT INTO tickets (id, refticketid, totalprice, datetime) VALUES ($1, $2, -100, $3)`, id, of,
				s.when(local).Unix())
		}
		s.sell("A", "1", "100", "2025-01-10 15:00")
		s.sell("B", "1", "100", "2025-01-10 16:00")
		s.at("sold", "2025-01-11 12:00", 200)
		s.adjust(-160)
		s.sell("C", "1", "10", "2025-01-20 12:00")
		refund("R", "A", "2025-01-25 12:00")
		s.at("refunded while debts are written off", "2025-01-26 12:00", 0)
		s.lines("write_off:1 50")
		s.program(`{"negative": "carry"}`)
		s.pass(sync.Points.Pass)
		refund("Q", "B", "2025-02-05 12:00")
		s.at("refunded while they are carried", "2025-02-06 12:00", -100)
		s.lines("write_off:1 50")
	})
}

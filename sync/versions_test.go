package sync_test

import (
	"fmt"
	"testing"
	"time"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// versionsShop is a shop in Denver, where tickets are sold at chosen times.
type versionsShop struct{ *fixture }

func newVersionsShop(t *testing.T, kind shop.Kind) versionsShop {
	t.Helper()
	s := versionsShop{newShop(t, kind, biotracktest.Layout2015)}
	s.opts.Rules.Zone = must(time.LoadLocation("America/Denver"))
	for _, customer := range []string{"1", "2"} {
		s.enrol(customer, "Somebody")
	}
	return s
}

// sellAt sells at a time in Denver.
func (s versionsShop) sellAt(id, customer, total, at string) {
	s.Helper()
	moment := must(time.ParseInLocation(time.DateTime, at, s.opts.Rules.Zone))
	s.till.Exec(`INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime) VALUES ($1, $2, $3, 1, $3, $4)`,
		id, customer, total, moment.Unix())
}

// moved makes the passes and returns what the points pass has given and taken.
func (s versionsShop) moved() (given, taken int64) {
	s.Helper()
	s.pass(sync.Customers.Pass)
	s.pass(sync.Orders.Pass)
	r := s.pass(sync.Points.Pass)
	return r.Given, r.Taken
}

// expect makes the passes, which must give and take so many points. Neither verify nor a repair finds more.
func (s versionsShop) expect(what string, given, taken int64) {
	s.Helper()
	if g, t := s.moved(); g != given || t != taken {
		s.Errorf("%s: %d given and %d taken, want %d and %d", what, g, t, given, taken)
	}
	for _, repair := range []bool{false, true} {
		r := s.pass(verification(sync.Points, repair))
		if r.Findings.Total() != 0 || r.PointsMoved != nil && r.Given+r.Taken != 0 {
			s.Errorf("%s: verify finds %+v, and moves %+v", what, r.Findings, r.PointsMoved)
		}
	}
}

// TestRuleChanges: rules that change move no points of what has been judged, and judge what was sold since.
func TestRuleChanges(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.program(`{"cap": {"day": 50}}`)
		s.sellAt("A", "1", "40", "2026-05-01 12:00:00")
		s.sellAt("B", "1", "40", "2026-05-01 13:00:00")
		s.sellAt("C", "2", "0", "2026-05-01 13:00:00")
		s.expect("a day's cap", 50, 0)
		s.program(`{"cap": {"day": 100}}`)
		s.expect("a higher cap", 0, 0)
		s.opts.Rules.Starts = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
		s.expect("a start", 0, 0)
		s.opts.Rules.Starts = time.Time{}
		s.expect("the start taken back", 0, 0)
		s.program(`{"cap": {"day": 100}, "enrollment": {"points": 5}}`)
		s.opts.Rules.PointsPerDollar = decimals("2")
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 10 WHERE id = 'A'`)
		s.expect("a refund after a change of the rate, which makes room in the day", 10, 10)
		s.full(sync.Points.Pass)
		s.expect("after a full pass", 0, 0)
	})
}

// TestRateDoubled: an order completed before the new rate keeps the old one, however late it comes.
func TestRateDoubled(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.sellAt("A", "1", "50", "2026-05-01 12:00:00")
		s.expect("before", 50, 0)
		s.program(`{"effective_from": "2026-06-01"}`)
		s.opts.Rules.PointsPerDollar = decimals("2")
		s.sellAt("B", "1", "40", "2026-05-31 23:50:00")
		s.sellAt("C", "1", "40", "2026-06-01 00:00:00")
		s.expect("of the last evening, and of midnight", 40+80, 0)
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 10 WHERE id IN ('A', 'C')`)
		s.expect("refunds by the orders' own rates", 0, 10+20)
		dry := s.opts
		dry.Full, dry.DryRun = true, true
		if r := must(s.try(sync.Points.Pass, dry)); r.Given != 40+40 || r.Taken != 0 {
			t.Errorf("judged anew, dry run: %+v", r.PointsMoved)
		}
		if r := s.full(sync.Points.Pass); r.Given != 40+40 || r.Taken != 0 {
			t.Errorf("judged anew: %+v", r.PointsMoved)
		}
		s.expect("after that", 0, 0)
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 20 WHERE id = 'A'`)
		s.expect("a refund of what was judged anew", 0, 20)
	})
}

// TestRefundsInParts: after each refund an order's lines sum to what is left of it, so that no rounding remains.
func TestRefundsInParts(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		for _, tc := range []struct {
			rate, total, part string
			award             int64
			taken             []int64
		}{
			{"1", "20.96", "10.48", 21, []int64{11, 10}},
			{"0.1", "20.00", "5.00", 2, []int64{0, 1, 0, 1}},
		} {
			s := newVersionsShop(t, kind)
			s.opts.Rules.PointsPerDollar = decimals(tc.rate)
			s.sellAt("A", "1", tc.total, "2026-05-01 12:00:00")
			s.expect(tc.total, tc.award, 0)
			for i, want := range tc.taken {
				s.ring(ticket{id: fmt.Sprintf("R%d", i+1), total: "-" + tc.part, of: "A"})
				s.expect(fmt.Sprintf("refund %d of %s", i+1, tc.part), 0, want)
			}
			s.full(sync.Points.Pass)
			s.expect("after a full pass", 0, 0)
		}
	})
}

// TestDateBeforeTheStart: the date of an order is judged as it stands.
func TestDateBeforeTheStart(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.opts.Rules.Starts = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		s.sellAt("A", "1", "50", "2026-05-01 12:00:00")
		s.expect("after the start", 50, 0)
		s.till.Exec(`UPDATE tickets SET datetime = datetime - 864000`)
		s.expect("corrected to before the start", 0, 50)
		s.till.Exec(`UPDATE tickets SET datetime = datetime + 864000`)
		s.expect("and back", 50, 0)
	})
}

// TestOrdersThatMove: an order that goes to another customer earns by that one's history, and leaves no trace in the
// former one's.
func TestOrdersThatMove(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.program(`{"tiers": [{"name": "Gold", "from": 100, "points_per_dollar": 1.5}]}`)
		s.sellAt("A", "1", "100", "2026-05-01 12:00:00")
		s.sellAt("B", "1", "60", "2026-05-02 12:00:00")
		s.expect("Gold", 190, 0)
		s.till.Exec(`UPDATE tickets SET customerid = '2' WHERE id = 'B'`)
		s.expect("of a Gold customer to another", 60, 90)
		s.sellAt("C", "1", "60", "2026-05-04 12:00:00")
		s.till.Exec(`INSERT INTO tickets (id, customerid, totalprice, refticketid, datetime)
			VALUES ('R', '1', -100, 'A', $1)`, must(time.Parse(time.RFC3339, "2026-05-03T12:00:00Z")).Unix())
		s.expect("refunded before the next order", 60, 100)
		s.till.Exec(`UPDATE tickets SET datetime = datetime + 172800 WHERE id = 'R'`)
		s.expect("the refund was made later", 30, 0)
		s.till.Exec(`UPDATE tickets SET customerid = '2' WHERE id = 'A'`)
		s.expect("the refunded order goes too, and the tier with it", 30, 30)
		s.till.Exec(`UPDATE tickets SET datetime = datetime - 864000 WHERE id = 'C'`)
		s.expect("a date before all others", 0, 0)
	})
}

// TestRatePostponed: a rate that was announced for one day, and then for a later one, does not come into force before.
func TestRatePostponed(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.windClock()
		on := func(day string) { s.setClocks(must(time.Parse(time.DateOnly, day)), 0) }
		on("2026-05-10")
		s.expect("before", 0, 0)
		s.opts.Rules.PointsPerDollar = decimals("2")
		for _, program := range []string{`{"effective_from": "2026-06-01"}`, `{"effective_from": "2026-07-01"}`} {
			s.program(program)
			s.expect("announced", 0, 0)
		}
		on("2026-06-15")
		s.sellAt("A", "1", "10", "2026-06-14 12:00:00")
		s.expect("in June", 10, 0)
		on("2026-07-15")
		s.sellAt("B", "1", "10", "2026-06-15 12:00:00")
		s.sellAt("C", "1", "10", "2026-07-01 00:00:00")
		s.expect("in July", 10+20, 0)
	})
}

// TestEnrollmentSinceADay: rules with an enrollment that are in force since a day before enroll who came since then,
// also those whom an earlier pass had nothing to give.
func TestEnrollmentSinceADay(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newVersionsShop(t, kind)
		s.till.Exec(`UPDATE customers SET membersince = 1780000000 WHERE customerid = '1'`)
		s.till.Exec(`UPDATE customers SET membersince = 1790000000 WHERE customerid = '2'`)
		s.expect("without an enrollment", 0, 0)
		s.program(`{"enrollment": {"points": 7}, "effective_from": "2026-09-01"}`)
		s.expect("with one", 7, 0)
	})
}

package sync_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// wholeProgram has all that depends on orders.
const wholeProgram = `{
	"multipliers": [
		{"name": "Evening", "multiplier": 1.5, "hours": "16:00-20:00"},
		{"name": "Monday", "multiplier": 2, "weekdays": ["mon"]}
	],
	"tiers": [{"name": "Silver", "from": 40}, {"name": "Gold", "from": 90, "points_per_dollar": 1.25}],
	"enrollment": {"points": 7},
	"exclude": {"below_total": 1, "locations": [3], "customers": ["C3"], "statuses": []},
	"cap": {"order": 60, "day": 80}
}`

func (s *fixture) program(text string) {
	s.Helper()
	p, err := loyalty.ParseProgram([]byte(text))
	if err != nil {
		s.Fatal(err)
	}
	s.opts.Rules.Program = p
}

// pointsOf are the ledger's sums by source and customer, but for nothing.
func (s *fixture) pointsOf() [][]shop.Text {
	s.Helper()
	return s.store.Rows(`SELECT source_kind, source_id, customer_id, CAST(sum(points) AS bigint) FROM points_ledger
		GROUP BY source_kind, source_id, customer_id HAVING sum(points) <> 0 ORDER BY 1, 2, 3`)
}

// forgetPoints leaves the ledger with what people gave and took, as if no points pass had ever been made.
func (s *fixture) forgetPoints() {
	s.Helper()
	s.forgetLines()
	s.store.Exec(`DELETE FROM points_programs`)
}

// forgetLines is forgetPoints, but the versions of the program stay.
func (s *fixture) forgetLines() {
	s.Helper()
	s.store.Exec(`DELETE FROM points_ledger WHERE kind <> 'adjustment'`)
	s.store.Exec(`DELETE FROM points_balances`)
	s.store.Exec(`INSERT INTO points_balances (store_id, customer_id, balance, lifetime, updated_at)
		SELECT store_id, customer_id, sum(points), 0, min(created_at)
		FROM points_ledger GROUP BY store_id, customer_id`)
	if _, err := s.state.Remove(sync.Points.Name); err != nil {
		s.Fatal(err)
	}
}

// TestProgramFromNothing: under rules with tiers, caps, multipliers, exclusions, and enrollment or expiry and
// write-offs, the ledger that was built pass by pass is the one that a first pass over the same orders builds, whatever
// has happened.
func TestProgramFromNothing(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.makeSpares()
		const enrollment = `"enrollment": {"points": 7}`
		expiring := strings.Replace(wholeProgram, enrollment, `"expire_after_days": 2, "negative": "write_off"`, 1)
		s.opts.BatchSize = 3
		s.windClock()
		s.pass(sync.Customers.Pass)
		var cuts int
		rapid.Check(t, func(r *rapid.T) {
			h := &history{fixture: s, r: r, cuts: &cuts}
			h.reset()
			clock := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
			h.setClocks(clock, 0)
			h.program(pick(r, "program", wholeProgram, expiring))
			r.Repeat(map[string]func(*rapid.T){
				"days go by": func(r *rapid.T) {
					clock = clock.AddDate(0, 0, rapid.IntRange(1, 2).Draw(r, "days"))
					h.setClocks(clock, 0)
				},
				"adjust":          h.adjustPoints,
				"sell":            h.sell,
				"sell at a time":  h.sellAtATime,
				"refund":          h.refund,
				"change ticket":   h.changeTicket,
				"enrol":           h.enrol,
				"change customer": h.changeCustomer,
				"move":            h.move,
				"pass":            h.anyPass,
				"cut off":         h.cutOff,
				"at once":         h.atOnce,
				"repair":          h.repair,
			})
			h.passes()
			built := h.pointsOf()
			if result := h.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
				r.Errorf("verify finds %+v", result.Findings)
			}
			h.full(sync.Points.Pass)
			if diff := cmp.Diff(built, h.pointsOf()); diff != "" {
				r.Errorf("points (-pass by pass +after a full pass):\n%s", diff)
			}
			h.forgetPoints()
			h.pass(sync.Points.Pass)
			if diff := cmp.Diff(built, h.pointsOf()); diff != "" {
				r.Errorf("points (-pass by pass +from nothing):\n%s", diff)
			}
		})
	})
}

// sellAtATime sells on one of a few days, at an hour that is in a window or not.
func (h *history) sellAtATime(*rapid.T) {
	at := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 2).Draw(h.r, "day")).
		Add(time.Duration(rapid.IntRange(0, 2).Draw(h.r, "hours")) * 4 * time.Hour)
	total := pick[any](h.r, "total", "10.00", "20.46", "33.335", "55", "0.5")
	h.till.Exec(insertTicket, h.ticketID(), pick(h.r, "customer", "C1", "C2", "C3"), total, total, at.Unix(), "", 0,
		h.location())
}

// adjustPoints gives or takes points, if the store knows the customer and has so many.
func (h *history) adjustPoints(*rapid.T) {
	a := sync.Adjustment{Customer: pick(h.r, "customer", "C1", "C2"), Points: pick[int64](h.r, "points", 30, -20)}
	source, store := h.openSource(), h.openStore()
	defer source.Close()
	defer store.Close()
	_, err := sync.Adjust(h.Context(), h.env(source, store), false, a)
	if _, refused := errors.AsType[*sync.RefusedError](err); err != nil && !refused {
		h.r.Fatal(err)
	}
}

// TestAdjust: what a person gives stays, whatever is recomputed; a balance does not fall below nothing for it.
func TestAdjust(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "10")
		s.passes()
		adjust := func(customer string, points int64, dryRun bool) error {
			source, store := s.openSource(), s.openStore()
			defer source.Close()
			defer store.Close()
			_, err := sync.Adjust(t.Context(), s.env(source, store), dryRun,
				sync.Adjustment{Customer: customer, Points: points, Reason: "till was down: 5 % off"})
			return err
		}
		for _, tc := range []struct {
			customer string
			points   int64
			dryRun   bool
			refused  bool
		}{{"1", 50, false, false}, {"1", -61, false, true}, {"1", -60, true, false}, {"1", -20, false, false},
			{"nobody", 5, false, true},
			{"1", model.MaxGift + 1, false, true}, {"1", math.MinInt64, false, true}} {
			err := adjust(tc.customer, tc.points, tc.dryRun)
			_, refused := errors.AsType[*sync.RefusedError](err)
			if refused != tc.refused || err != nil && !refused {
				t.Errorf("%+v: %v", tc, err)
			}
		}
		s.full(sync.Points.Pass)
		s.passes()
		s.store.WantBalances(shop.Balance{Customer: "1", Balance: 40, Lifetime: 10})
		s.store.Exec(`UPDATE points_balances SET balance = 4000`)
		err, refused := errors.AsType[*sync.RefusedError](adjust("1", -41, false))
		if !refused || err.HintText != "take at most 40" {
			t.Errorf("more than the ledger has: %v", err)
		}
		s.store.Exec(`UPDATE points_balances SET balance = 40`)
		if result := s.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
			t.Errorf("verify finds %+v", result.Findings)
		}
	})
}

// TestAbsurdBalance: points close to what 64 bits hold, which an earlier program took as an adjustment, stop no later
// pass, and can be taken back; then every balance is the sum of its lines again.
func TestAbsurdBalance(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.program(`{"expire_after_days": 36500}`)
		s.enrol("1", "Absurd")
		s.enrol("2", "Regular")
		s.passes()
		s.store.Exec(`INSERT INTO points_ledger (store_id, customer_id, source_kind, source_id, revision, kind, points,
			basis_amount, rate, multiplier, rule, terms, effective_at, pass_id, created_at) SELECT store_id, '1',
			'adjustment', '1', 1, 'adjustment', 9223372036854775807, '0.00', '0.0000', '1.0000', 'adjustment', '{}',
			started_at, pass_id, started_at
			FROM passes WHERE pass_id = 1`)
		s.store.Exec(`INSERT INTO points_balances (store_id, customer_id, balance, lifetime, updated_at)
			SELECT store_id, '1', 9223372036854775807, 0, started_at FROM passes WHERE pass_id = 1`)
		s.sell("A", "1", "10")
		s.sell("B", "2", "20")
		s.passes()
		s.full(sync.Points.Pass)
		s.store.WantBalance("2", 20)
		s.pass(verification(sync.Points, true))
		for range 2 {
			source, store := s.openSource(), s.openStore()
			account, err := store.Account(t.Context(), "1", 9)
			if err != nil {
				t.Fatal(err)
			}
			_, err = sync.Adjust(t.Context(), s.env(source, store), false,
				sync.Adjustment{Customer: "1", Points: -account.Balance, Reason: "typo"})
			source.Close()
			if err = errors.Join(err, store.Close()); err != nil {
				t.Fatal(err)
			}
		}
		s.store.WantBalance("1", 0)
		if result := s.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
			t.Errorf("verify finds %+v", result.Findings)
		}
	})
}

package sync_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestPointsDryRun: in random histories, under rules that come and go, a dry run says what the run then does: the same
// lines, by rule and in sum, or the same refusal.
func TestPointsDryRun(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.makeSpares()
		s.opts.BatchSize = 3
		s.pass(sync.Customers.Pass)
		rapid.Check(t, func(r *rapid.T) {
			h := &history{fixture: s, r: r}
			h.reset()
			h.rules(r)
			r.Repeat(map[string]func(*rapid.T){
				"sell":            h.sellAtATime,
				"refund":          h.refund,
				"change ticket":   h.changeTicket,
				"enrol":           h.enrol,
				"change customer": h.changeCustomer,
				"rules":           h.rules,
				"points":          h.dryRunThenRun,
			})
			h.dryRunThenRun(r)
		})
	})
}

// rules changes the rules, and how many points a pass may move.
func (h *history) rules(*rapid.T) {
	h.program(pick(h.r, "program", `{}`, wholeProgram, `{"expire_after_days": 30}`,
		`{"expire_after_days": 1, "enrollment": {"points": 7}}`, `{"expire_after_days": 9000, "cap": {"day": 20}}`))
	h.opts.Rules.PointsPerDollar = decimals(pick(h.r, "rate", "1", "2.5"))
	h.opts.MaxPointsChange = must(sync.ParseLimit(pick(h.r, "limit", "1000000000000000", "100%", "40", "0")))
}

func (h *history) dryRunThenRun(*rapid.T) {
	h.pass(sync.Customers.Pass)
	h.pass(sync.Orders.Pass)
	type outcome struct {
		Moves    []sync.RuleTotal
		Moved    *sync.PointsMoved
		Inserted int64
		Refused  string
	}
	outcomeOf := func(dryRun, full bool) outcome {
		opts := h.opts
		opts.DryRun, opts.Full = dryRun, full
		result, err := h.try(sync.Points.Pass, opts)
		o := outcome{Moves: result.Moves, Moved: result.PointsMoved}
		if refused, is := errors.AsType[*sync.TooManyPointsError](err); is {
			o.Refused = refused.Error()
		} else if err != nil {
			h.Fatal(err)
		} else {
			o.Inserted = result.Counts.Inserted
		}
		return o
	}
	full := rapid.Bool().Draw(h.r, "full")
	before := h.store.Dump()
	forecast := outcomeOf(true, full)
	h.store.WantUnwritten(before)
	if diff := cmp.Diff(forecast, outcomeOf(false, full)); diff != "" {
		h.r.Errorf("points (-dry run +run):\n%s", diff)
	}
}

// TestEnrollmentLongExpired: what a new customer is given for an enrollment long ago expires in the same pass, as its
// dry run says; in the next one where a refusal or a crash came between.
func TestEnrollmentLongExpired(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.MaxPointsChange = sync.DefaultMaxPointsChange()
		s.program(`{"enrollment": {"points": 9000}, "expire_after_days": 3}`)
		s.passes()
		for _, customer := range []shop.Text{"1", "2"} {
			s.till.Exec(`INSERT INTO customers (customerid, membersince) VALUES ($1, 1600000000)`, customer)
			s.pass(sync.Customers.Pass)
			s.pass(sync.Orders.Pass)
			if customer == "2" {
				s.opts.MaxPointsChange = must(sync.ParseLimit("0"))
				_, err := s.try(sync.Points.Pass, s.opts)
				if _, refused := errors.AsType[*sync.TooManyPointsError](err); !refused {
					t.Errorf("not refused: %v", err)
				}
				s.store.WantBalance(customer, 9000)
				s.opts.MaxPointsChange = sync.DefaultMaxPointsChange()
			}
			dry := s.opts
			dry.DryRun = true
			forecast := must(s.try(sync.Points.Pass, dry))
			if r := s.pass(sync.Points.Pass); r.Taken != 9000 || !cmp.Equal(r.PointsMoved, forecast.PointsMoved) {
				t.Errorf("the pass moved %+v, the dry run said %+v", r.PointsMoved, forecast.PointsMoved)
			}
			s.store.WantBalance(customer, 0)
		}
	})
}

// TestPointsGuard: what newly switched on rules take is refused until a person confirms it; new awards go on meanwhile.
func TestPointsGuard(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.MaxPointsChange = sync.DefaultMaxPointsChange()
		s.program(`{"enrollment": {"points": 9000}}`)
		s.enrol("1", "Regular")
		s.enrol("2", "Regular")
		s.till.Exec(`UPDATE customers SET membersince = extract(epoch FROM now()) WHERE customerid = '2'`)
		s.sell("A", "1", "20000")
		s.passes()
		s.store.WantBalance("1", 29000)
		s.program(`{"enrollment": {"points": 9000}, "expire_after_days": 30, "effective_from": "2020-01-01"}`)
		s.till.Exec(`INSERT INTO tickets (id, customerid, price, totalprice, datetime)
			VALUES ('B', '2', 7, 7, extract(epoch FROM now()))`)
		s.pass(sync.Orders.Pass)
		for _, total := range []int64{38000, 38007} {
			_, err := s.try(sync.Points.Pass, s.opts)
			want := &sync.TooManyPointsError{Change: 29000, Total: total, Limit: 10000,
				Moved: map[model.LineKind]sync.PointsMoved{model.LineExpiry: {Taken: 29000}}}
			if got, _ := errors.AsType[*sync.TooManyPointsError](err); !cmp.Equal(got, want) {
				t.Errorf("not refused as it should be: %v", err)
			}
		}
		// A repair leaves new rules to a pass.
		s.pass(verification(sync.Points, true))
		s.store.WantBalance("1", 29000)
		s.store.WantBalance("2", 9007)
		s.opts.MaxPointsChange = must(sync.ParseLimit("29000"))
		if r := s.pass(sync.Points.Pass); r.Given != 0 || r.Taken != 29000 {
			t.Errorf("%+v", r.PointsMoved)
		}
		s.store.WantBalance("1", 0)
	})
}

package loyalty

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func day(n int) time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

// TestExpiries finds when balances expire, as days and points.
func TestExpiries(t *testing.T) {
	order := func(n int, points int64) change { return change{at: day(n), points: points, order: true} }
	for _, tc := range []struct {
		what    string
		changes []change
		known   []time.Time
		now     int
		want    string
	}{
		{"not yet", []change{order(0, 10)}, nil, 29, "[]"},
		{"to the moment", []change{order(0, 10)}, nil, 30, "[30 -10]"},
		{"an order in time", []change{order(0, 10), order(29, 5)}, nil, 40, "[]"},
		{"an order too late starts from nothing", []change{order(0, 10), order(31, 5)}, nil, 40, "[30 -10]"},
		{"twice", []change{order(0, 10), order(31, 5)}, nil, 99, "[30 -10 61 -5]"},
		{"an order without points counts as one", []change{order(0, 10), order(20, 0)}, nil, 45, "[]"},
		{"an adjustment is no order", []change{order(0, 10), {at: day(20), points: 7}}, nil, 45, "[30 -17]"},
		{"an adjustment after it stays", []change{order(0, 10), {at: day(40), points: 7}}, nil, 99, "[30 -10]"},
		{"a refund of what expired leaves nothing to expire", []change{order(0, 0)}, nil, 45, "[30 0]"},
		{"a balance below nothing", []change{{at: day(0), points: -5, order: true}}, nil, 45, "[30 0]"},
		{"known, and found again", []change{order(0, 10)}, []time.Time{day(30)}, 45, "[30 -10]"},
		{"known, though an order has become known that would have saved it",
			[]change{order(0, 10), order(20, 5)}, []time.Time{day(30)}, 49, "[30 -15]"},
		{"and expires again by itself",
			[]change{order(0, 10), order(20, 5)}, []time.Time{day(30)}, 50, "[30 -15 50 0]"},
		{"not in order", []change{order(31, 5), order(0, 10)}, nil, 40, "[30 -10]"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			rules := DefaultRules()
			rules.ExpireAfterDays = 30
			var got []any
			for _, e := range rules.expiries(tc.changes, tc.known, day(tc.now)) {
				got = append(got, int(e.at.Sub(day(0)).Hours()/24), e.points)
			}
			if fmt.Sprint(got) != tc.want {
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
}

// TestExpiryByCalendar: days are the store's, so that an expiry keeps its hour when the clocks are changed.
func TestExpiryByCalendar(t *testing.T) {
	rules := DefaultRules()
	rules.Zone, rules.ExpireAfterDays = denver(t), 30
	order := change{at: at(t, "2026-03-01T19:00:00Z"), points: 1, order: true}
	want := []expiry{{at: at(t, "2026-03-31T18:00:00Z"), points: -1}}
	got := rules.expiries([]change{order}, nil, at(t, "2026-05-01T00:00:00Z"))
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(expiry{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExpiriesHold: whatever happens, nobody's balance falls below what it was without an expiry and below 0 by one;
// what has been found stays; and to look again finds the same.
func TestExpiriesHold(t *testing.T) {
	rules := DefaultRules()
	rules.ExpireAfterDays = 30
	rapid.Check(t, func(t *rapid.T) {
		anyChange := rapid.Custom(func(t *rapid.T) change {
			return change{
				at:     day(rapid.IntRange(0, 200).Draw(t, "day")),
				points: rapid.Int64Range(-3, 20).Draw(t, "points"),
				order:  rapid.Bool().Draw(t, "order"),
			}
		})
		changes := rapid.SliceOf(anyChange).Draw(t, "changes")
		first := rules.expiries(changes, nil, day(rapid.IntRange(0, 250).Draw(t, "first look")))
		var known []time.Time
		for _, e := range first {
			known = append(known, e.at)
		}
		later := append(changes, rapid.SliceOf(anyChange).Draw(t, "later")...)
		second := rules.expiries(later, known, day(300))
		again := rules.expiries(later, known, day(300))
		if fmt.Sprint(second) != fmt.Sprint(again) {
			t.Fatalf("%v, and then %v", second, again)
		}
		at := make(map[time.Time]bool)
		for _, e := range second {
			if e.points > 0 || at[e.at] {
				t.Fatalf("%v", second)
			}
			at[e.at] = true
		}
		for _, moment := range known {
			if !at[moment] {
				t.Fatalf("%v was undone: %v", moment, second)
			}
		}
	})
}

// TestExpiryLines holds the lines that the ledger lacks of a customer's expiries against all that has moved the
// balance.
func TestExpiryLines(t *testing.T) {
	rules := DefaultRules()
	rules.ExpireAfterDays = 30
	award := func(n int, points int64) model.BalanceEvent {
		return model.BalanceEvent{CustomerID: "C", Kind: model.LineAward, Points: points, At: day(n), Made: true}
	}
	line := func(n int, revision, points int64) model.LedgerLine {
		moment := day(n).Format(time.RFC3339)
		return model.LedgerLine{
			Source: model.SourceExpiry, SourceID: "C:" + moment, CustomerID: "C", Revision: revision,
			Kind: model.LineExpiry, Points: points, EffectiveAt: day(n), Rate: d("0"), Multiplier: d("1"),
			Rule: "expiry, " + moment, Terms: "{}",
		}
	}
	written := func(l model.LedgerLine) model.BalanceEvent {
		return model.BalanceEvent{
			CustomerID: "C", Kind: l.Kind, Points: l.Points, At: l.EffectiveAt, SourceID: l.SourceID,
			Revision: l.Revision,
		}
	}
	enrolled := written(model.LedgerLine{
		Kind: model.LineEnrollment, Points: 5, SourceID: "C", Revision: 1, EffectiveAt: day(0),
	})
	change := func(n int, kind model.LineKind, points int64) model.BalanceEvent {
		return model.BalanceEvent{CustomerID: "C", Kind: kind, Points: points, At: day(n)}
	}
	for _, tc := range []struct {
		what   string
		events []model.BalanceEvent
		want   []model.LedgerLine
	}{
		{"found", []model.BalanceEvent{award(0, 10)}, []model.LedgerLine{line(30, 1, -10)}},
		{"held", []model.BalanceEvent{award(0, 10), written(line(30, 1, -10))}, nil},
		{"nothing to expire", []model.BalanceEvent{award(0, 0)}, nil},
		{"an order without lines",
			[]model.BalanceEvent{award(0, 10), {CustomerID: "C", Kind: "order", At: day(20), Made: true}},
			[]model.LedgerLine{line(50, 1, -10)}},
		{"a line of an order that is no longer the customer's",
			[]model.BalanceEvent{award(0, 10), change(20, model.LineTransfer, -4)},
			[]model.LedgerLine{line(30, 1, -6)}},
		{"refunded since",
			[]model.BalanceEvent{award(0, 10), change(0, model.LineRefund, -4), written(line(30, 1, -10))},
			[]model.LedgerLine{line(30, 2, 4)}},
		{"corrected", []model.BalanceEvent{award(0, 6), written(line(30, 1, -10)), written(line(30, 2, 4))}, nil},
		{"an enrollment counts from its own moment, as an order does", []model.BalanceEvent{enrolled},
			[]model.LedgerLine{line(30, 1, -5)}},
		{"an adjustment counts from when it was written",
			[]model.BalanceEvent{award(0, 10), written(AdjustmentLine("C", 3, "why", 1, day(90)))},
			[]model.LedgerLine{line(30, 1, -10)}},
		{"twice", []model.BalanceEvent{award(0, 10), award(40, 7), written(line(30, 1, -10))},
			[]model.LedgerLine{line(70, 1, -7)}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, rules.ExpiryLines(tc.events, day(99))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

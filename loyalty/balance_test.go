package loyalty

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// held is a line as it is read again.
func held(l model.LedgerLine) model.BalanceEvent {
	return model.BalanceEvent{
		CustomerID: l.CustomerID, Kind: l.Kind, Points: l.Points, At: l.EffectiveAt, SourceID: l.SourceID,
		Revision: l.Revision,
	}
}

// TestBalanceLines compares what the ledger holds with what it should.
func TestBalanceLines(t *testing.T) {
	award := func(n int, points int64) model.BalanceEvent {
		return model.BalanceEvent{CustomerID: "C", Kind: model.LineAward, Points: points, At: day(n), Active: true}
	}
	spent := func(n int, points int64) model.BalanceEvent {
		return held(AdjustmentLine("C", -points, "spent", 1, day(n)))
	}
	// An order of noon is valid through its day and 30 more.
	expiry := func(n int, revision, points int64, rule string) model.LedgerLine {
		through := DateOf(day(n)).String()
		return model.LedgerLine{
			Source: model.SourceExpiry, SourceID: "C:" + through, CustomerID: "C", Revision: revision,
			Kind: model.LineExpiry, Points: points, EffectiveAt: day(n).Add(12 * time.Hour), Rate: d("0"),
			Multiplier: d("1"), Rule: rule + ", valid through " + through, Terms: "{}",
		}
	}
	const gone, back = "expiry", "expiry taken back"
	writeOff := func(revision, points int64, rule string) model.LedgerLine {
		return model.LedgerLine{
			Source: model.SourceAdjustment, SourceID: "write_off:C", CustomerID: "C", Revision: revision,
			Kind: model.LineWriteOff, Points: points, EffectiveAt: day(50), Rate: d("0"), Multiplier: d("1"),
			Rule: rule, Terms: "{}",
		}
	}
	const off, offBack = "write-off of a balance below 0", "write-off taken back"
	// An earlier program let a balance expire at an hour of the last day, and named it by that.
	earlier := held(expiry(30, 1, -10, gone))
	earlier.At, earlier.SourceID = day(30), "C:2026-01-31T12:00:00Z"
	type events = []model.BalanceEvent
	type lines = []model.LedgerLine
	for _, tc := range []struct {
		what   string
		events events
		want   lines
	}{
		{"found", events{award(0, 10)}, lines{expiry(30, 1, -10, gone)}},
		{"held", events{award(0, 10), held(expiry(30, 1, -10, gone))}, nil},
		{"held by a line of an earlier program", events{award(0, 10), earlier}, nil},
		{"not held in full by it", events{award(0, 12), earlier}, lines{expiry(30, 1, -2, gone)}},
		{"nothing to expire", events{award(0, 0)}, nil},
		{"an order without a line",
			events{award(0, 10), {CustomerID: "C", Kind: "order", At: day(25), Active: true}}, nil},
		{"a line of an order that is another's",
			events{award(0, 10), {CustomerID: "C", Kind: model.LineTransfer, Points: -4, At: day(10)}},
			lines{expiry(30, 1, -6, gone)}},
		{"refunded since", events{award(0, 0), held(expiry(30, 1, -10, gone))}, lines{expiry(30, 2, 10, back)}},
		{"corrected", events{award(0, 6), held(expiry(30, 1, -10, gone)), held(expiry(30, 2, 4, back))}, nil},
		{"in time after all, and over later", events{award(0, 10), award(1, 5), held(expiry(30, 1, -10, gone))},
			lines{expiry(30, 2, 10, back), expiry(31, 1, -15, gone)}},
		{"in the future", events{award(25, 10), held(expiry(55, 1, -10, gone))}, lines{expiry(55, 2, 10, back)}},
		{"enrollment", events{{CustomerID: "C", Kind: model.LineEnrollment, Points: 5, At: day(0), SourceID: "C"}},
			lines{expiry(30, 1, -5, gone)}},
		{"enrollment that was lowered", events{
			{CustomerID: "C", Kind: model.LineEnrollment, Points: 5, At: day(0), SourceID: "C", Revision: 1},
			{CustomerID: "C", Kind: model.LineEnrollment, Points: -2, At: day(0), SourceID: "C", Revision: 2},
		}, lines{expiry(30, 1, -3, gone)}},
		{"enrollment that gives nothing is no activity", events{
			{CustomerID: "C", Kind: model.LineEnrollment, At: day(0), SourceID: "C", Revision: 1},
			{CustomerID: "C", Kind: model.LineAdjustment, Points: 5, At: day(1)},
		}, nil},
		{"a debt", events{award(25, 0), spent(26, 10)}, lines{writeOff(1, 10, off)}},
		{"a debt that was written off", events{award(25, 0), spent(26, 10), held(writeOff(1, 10, off))}, nil},
		{"a debt that is none", events{award(25, 8), spent(26, 10), held(writeOff(1, 10, off))},
			lines{writeOff(2, -8, offBack)}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			b := newBalances([]balanceRule{{days: 30, zone: time.UTC, writesOff: true}}, day(50))
			if diff := cmp.Diff(tc.want, b.Lines(tc.events, nil)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefundMakesDebt: a debt is written off by the rules in force when the refund was made, and not the order. What
// was earned in between goes into it.
func TestRefundMakesDebt(t *testing.T) {
	o := refundedOn(30, "100.00", sale(1, "100.00"))
	o.Lines = []model.LedgerLine{{CustomerID: "C", Terms: `{"basis":"total","rate":"1","multiplier":"1"}`}}
	at := func(day int) time.Time { return sale(day, "0").OrderedAt }
	events := []model.BalanceEvent{
		{CustomerID: "C", Kind: model.LineAward, Points: 100, At: at(1)},
		{CustomerID: "C", Kind: model.LineRefund, Points: -100, At: at(1)},
		{CustomerID: "C", Kind: model.LineAdjustment, Points: -100, At: at(5)},
		{CustomerID: "C", Kind: model.LineAward, Points: 40, At: at(10)},
	}
	own := refunded(sale(1, "100.00"), "100.00")
	own.Lines = o.Lines
	for _, tc := range []struct {
		what  string
		rules []balanceRule
		order model.LedgerOrder
		want  int64
	}{
		{"written off", []balanceRule{{writesOff: true}}, o, 60},
		{"carried since a day before the refund", []balanceRule{{writesOff: true}, {from: at(20)}}, o, 0},
		{"carried since a day after it", []balanceRule{{writesOff: true}, {from: at(31)}}, o, 60},
		{"written off since a day before it", []balanceRule{{}, {from: at(20), writesOff: true}}, o, 60},
		{"a refund without a time", []balanceRule{{writesOff: true}, {from: at(20)}}, own, 100},
	} {
		for i := range tc.rules {
			tc.rules[i].zone = time.UTC
		}
		b := newBalances(tc.rules, at(40))
		var got int64
		for _, line := range b.Lines(events, []model.LedgerOrder{tc.order}) {
			got += line.Points
		}
		if got != tc.want || got > 0 && !b.MayWriteOff(events) {
			t.Errorf("%s: %d written off, want %d", tc.what, got, tc.want)
		}
	}
}

// TestBalanceLinesPassByPass: what passes at any presents have written, of orders that became known in any order and
// changed since, is in the end what one pass writes from nothing.
func TestBalanceLinesPassByPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events, ledger []model.BalanceEvent
		days := rapid.IntRange(0, 15)
		versions := []balanceRule{{days: days.Draw(t, "days"), zone: time.UTC, writesOff: rapid.Bool().Draw(t, "off")}}
		pass := func(present time.Time) {
			b := newBalances(versions, present)
			for _, line := range b.Lines(append(slices.Clone(events), ledger...), nil) {
				ledger = append(ledger, held(line))
			}
		}
		moment := func() time.Time {
			return day(0).Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "hours")) * 4 * time.Hour)
		}
		t.Repeat(map[string]func(*rapid.T){
			"order": func(t *rapid.T) {
				events = append(events, model.BalanceEvent{
					CustomerID: "C", Kind: model.LineAward, Points: rapid.Int64Range(0, 30).Draw(t, "points"),
					At: moment(), Active: true,
				})
			},
			"adjust": func(t *rapid.T) {
				points := rapid.Int64Range(-30, 30).Draw(t, "points")
				events = append(events, held(AdjustmentLine("C", points, "", 1, moment())))
			},
			"change": func(t *rapid.T) {
				if len(events) > 0 {
					e := rapid.SampledFrom([]*model.BalanceEvent{&events[0], &events[len(events)-1]}).Draw(t, "event")
					e.Points = rapid.Int64Range(-30, 30).Draw(t, "points")
				}
			},
			"rules": func(t *rapid.T) {
				zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", -8*3600)}).Draw(t, "zone")
				versions = append(versions, balanceRule{from: moment(), days: days.Draw(t, "days"), zone: zone})
			},
			"pass": func(*rapid.T) {
				if len(events) > 0 {
					pass(moment())
				}
			},
		})
		if len(events) == 0 {
			return
		}
		present := moment()
		sums := func() map[string]int64 {
			sums := make(map[string]int64)
			for _, e := range ledger {
				if sums[e.SourceID] += e.Points; sums[e.SourceID] == 0 {
					delete(sums, e.SourceID)
				}
			}
			return sums
		}
		pass(present)
		built := sums()
		if pass(present); !cmp.Equal(built, sums()) {
			t.Fatalf("a pass without a change: %s", cmp.Diff(built, sums()))
		}
		ledger = nil
		pass(present)
		if diff := cmp.Diff(sums(), built); diff != "" {
			t.Fatalf("(-from nothing +pass by pass): %s", diff)
		}
	})
}

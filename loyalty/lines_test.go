package loyalty

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestLines holds the lines that the ledger lacks of an order of 20.46 dollars against what it has of it.
func TestLines(t *testing.T) {
	line := func(customer string, revision int64, kind model.LineKind, points int64, basis string) model.LedgerLine {
		return model.LedgerLine{
			Source: model.SourceOrder, SourceID: "O", LocationID: 1, CustomerID: customer, Revision: revision,
			Kind: kind, Points: points, EffectiveAt: sale(1, "0").OrderedAt, BasisAmount: cents(basis), Rate: d("1"),
			Multiplier: d("1"), Rule: "total", Terms: `{"basis":"total","rate":"1","multiplier":"1","version":1}`,
		}
	}
	atRate := func(rate string, l model.LedgerLine) model.LedgerLine {
		l.Rate, l.Terms = d(rate), `{"basis":"total","rate":"`+rate+`","multiplier":"1"}`
		return l
	}
	byRate := func(l model.LedgerLine) model.LedgerLine {
		l.Rule = "total; rate 2 -> 1"
		return l
	}
	by := func(customer string, o model.LedgerOrder) model.LedgerOrder {
		o.CustomerID = customer
		return o
	}
	awarded := line("C", 1, model.LineAward, 20, "20.46")
	doubled := atRate("2", line("C", 1, model.LineAward, 41, "20.46"))
	order := sale(1, "20.46")
	for _, tc := range []struct {
		what    string
		order   model.LedgerOrder
		held    []model.LedgerLine
		rejudge bool
		want    []model.LedgerLine
	}{
		{"new", order, nil, false, []model.LedgerLine{awarded}},
		{"nothing to award", sale(1, "0.49"), nil, false,
			[]model.LedgerLine{line("C", 1, model.LineAward, 0, "0.49")}},
		{"refunded when it is seen first", refunded(order, "20.46"), nil, false,
			[]model.LedgerLine{line("C", 1, model.LineAward, 0, "0")}},
		{"voided when it is seen first", of(model.OrderVoided, order), nil, false, nil},
		{"no customer", by("", order), nil, false, nil},
		{"an unknown customer", changed(order, func(o *model.LedgerOrder) { o.Known = false }), nil, false, nil},
		{"open", of(model.OrderOpen, order), nil, false, nil},
		{"awarded", order, []model.LedgerLine{awarded}, false, nil},
		{
			"refunded in part", refunded(order, "10.00"), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineRefund, -10, "10.46")},
		},
		{
			"refunded", refunded(order, "20.46"), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineRefund, -20, "0")},
		},
		{
			"a refund is taken back", order, []model.LedgerLine{awarded, line("C", 2, model.LineRefund, -20, "0")},
			false,
			[]model.LedgerLine{line("C", 3, model.LineCorrection, 20, "20.46")},
		},
		{
			"voided", of(model.OrderVoided, order), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineVoid, -20, "0")},
		},
		{
			"removed", of(model.OrderRemoved, order), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineVoid, -20, "0")},
		},
		{
			"a smaller total", sale(1, "5.00"), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineCorrection, -15, "5.00")},
		},
		{
			"a larger total", sale(1, "30.00"), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineCorrection, 10, "30.00")},
		},
		{
			"another customer", by("D", order), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineTransfer, -20, "20.46"),
				line("D", 3, model.LineTransfer, 20, "20.46")},
		},
		{
			"another customer, and nothing earned", by("D", sale(1, "0.40")),
			[]model.LedgerLine{line("C", 1, model.LineAward, 0, "0.40")}, false,
			[]model.LedgerLine{line("D", 2, model.LineTransfer, 0, "0.40")},
		},
		{
			"back to the first customer, and nothing earned", sale(1, "0.40"),
			[]model.LedgerLine{line("C", 1, model.LineAward, 0, "0.40"), line("D", 2, model.LineTransfer, 0, "0.40")},
			false, nil,
		},
		{
			"another customer, voided", by("D", of(model.OrderVoided, order)), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineVoid, -20, "0")},
		},
		{
			"no customer any more", by("", order), []model.LedgerLine{awarded}, false,
			[]model.LedgerLine{line("C", 2, model.LineCorrection, -20, "0")},
		},
		{
			"two former customers, by id", by("D", order),
			[]model.LedgerLine{line("Z", 1, model.LineAward, 4, "20.46"),
				line("A", 2, model.LineTransfer, 16, "20.46")}, false,
			[]model.LedgerLine{
				line("A", 3, model.LineTransfer, -16, "20.46"), line("Z", 4, model.LineTransfer, -4, "20.46"),
				line("D", 5, model.LineTransfer, 20, "20.46"),
			},
		},
		{
			"back to the first customer", order,
			[]model.LedgerLine{
				awarded, line("C", 2, model.LineTransfer, -20, "20.46"), line("D", 3, model.LineTransfer, 20, "20.46"),
			}, false,
			[]model.LedgerLine{line("D", 4, model.LineTransfer, -20, "20.46"),
				line("C", 5, model.LineTransfer, 20, "20.46")},
		},
		{
			"a former customer without points of it", by("D", order),
			[]model.LedgerLine{awarded, line("C", 2, model.LineVoid, -20, "0")}, false,
			[]model.LedgerLine{line("D", 3, model.LineCorrection, 20, "20.46")},
		},
		{"awarded at another rate", order, []model.LedgerLine{doubled}, false, nil},
		{
			"refunded at the award's rate", refunded(order, "10.00"), []model.LedgerLine{doubled}, false,
			[]model.LedgerLine{atRate("2", line("C", 2, model.LineRefund, -20, "10.46"))},
		},
		{
			"judged again", order, []model.LedgerLine{doubled}, true,
			[]model.LedgerLine{byRate(line("C", 2, model.LineCorrection, -21, "20.46"))},
		},
		{
			"judged again after a refund that was followed", refunded(order, "10.00"),
			[]model.LedgerLine{doubled, atRate("2", line("C", 2, model.LineRefund, -20, "10.46"))}, true,
			[]model.LedgerLine{byRate(line("C", 3, model.LineCorrection, -11, "10.46"))},
		},
		{
			"judged again with a refund", refunded(order, "10.00"), []model.LedgerLine{doubled}, true,
			[]model.LedgerLine{
				atRate("2", line("C", 2, model.LineRefund, -20, "10.46")),
				byRate(line("C", 3, model.LineCorrection, -11, "10.46")),
			},
		},
		{
			"judged again with another customer", by("D", order), []model.LedgerLine{doubled}, true,
			[]model.LedgerLine{
				atRate("2", line("C", 2, model.LineTransfer, -41, "20.46")),
				line("D", 3, model.LineTransfer, 20, "20.46"),
			},
		},
		{
			"no customer any more, after a refund", by("", refunded(order, "10.00")),
			[]model.LedgerLine{awarded, line("C", 2, model.LineRefund, -10, "10.46")}, false,
			[]model.LedgerLine{line("C", 3, model.LineCorrection, -10, "0")},
		},
	} {
		t.Run(tc.what, func(t *testing.T) {
			tc.order.Lines = tc.held
			rejudge := RejudgeNone
			if tc.rejudge {
				rejudge = RejudgeAll
			}
			if diff := cmp.Diff(tc.want, historyOf(DefaultRules()).Lines(&tc.order, rejudge)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestExcludedAfterRefund: rules that exclude an order take its points back by a correction that names them, whatever
// was refunded of the order before.
func TestExcludedAfterRefund(t *testing.T) {
	order := refunded(sale(1, "100.00"), "40.00")
	rules := DefaultRules()
	order.Lines = historyOf(rules).Lines(&order, RejudgeNone)
	rules.Starts = order.OrderedAt.Add(1)
	want := []model.LedgerLine{{
		Source: model.SourceOrder, SourceID: "O", LocationID: 1, CustomerID: "C", Revision: 2,
		Kind: model.LineCorrection, Points: -60, EffectiveAt: order.OrderedAt, BasisAmount: cents("60.00"),
		Rate: d("0"), Multiplier: d("1"),
		Rule:  "total, excluded before_start; rate 1 -> 0, excluded none -> before_start",
		Terms: `{"basis":"total","multiplier":"1","excluded":"before_start","version":1}`,
	}}
	got := historyOf(rules).Lines(&order, RejudgeAll)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAdjustmentLine(t *testing.T) {
	want := model.LedgerLine{
		Source: model.SourceAdjustment, SourceID: "7", CustomerID: "C", Revision: 1, Kind: model.LineAdjustment,
		Points: -5, EffectiveAt: day(3), Rate: d("0"), Multiplier: d("1"),
		Rule: "adjustment, reason till was \"down\": 5 % off", Terms: `{"reason":"till was \"down\": 5 % off"}`,
	}
	if diff := cmp.Diff(want, AdjustmentLine("C", -5, `till was "down": 5 % off`, 7, day(3))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package loyalty

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// sale is an order of a day of May 2026, at noon in UTC.
func sale(day int, total string) Order {
	return completed(Order{
		ID: "O", LocationID: 1, OrderedAt: time.Date(2026, 5, day, 12, 0, 0, 0, time.UTC),
		Subtotal: cents(total), Tax: 100, Total: cents(total),
	})
}

func changed(o Order, change func(*Order)) Order {
	change(&o)
	return o
}

func of(status model.OrderStatus, o Order) Order {
	o.Status = status
	return o
}

func refunded(o Order, amount string) Order {
	o.Status, o.RefundedTotal = model.AfterRefunds(o.Status, o.Total, cents(amount), 0)
	return o
}

// TestWorkedExamples goes through customers' orders under rules, order by order.
func TestWorkedExamples(t *testing.T) {
	gold := `{"tiers":[{"name":"Silver","from":100},{"name":"Gold","from":200,"points_per_dollar":2}]}`
	for _, tc := range []struct {
		what, program string
		orders        []Order
		want          string
	}{
		{"published", `{}`, []Order{sale(1, "20.46"), sale(2, "20.96"), sale(3, "20.50")}, "20 21 21"},
		{"a tier begins with the points before, not with its own", gold,
			[]Order{sale(1, "99.40"), sale(2, "0.60"), sale(3, "100.00"), sale(4, "10.00")}, "99 1 100/Silver 20/Gold"},
		{"one point short of a tier", gold, []Order{sale(1, "99.49"), sale(2, "10.00")}, "99 10"},
		{"a refund does not take back the tier that the order had given", gold,
			[]Order{refunded(sale(1, "200.00"), "200.00"), sale(2, "10.00")}, "0 20/Gold"},
		{"a void does", gold,
			[]Order{of(model.OrderVoided, sale(1, "200.00")), sale(2, "10.00")}, "0 10"},
		{"a partial refund in the tier of its order", gold,
			[]Order{sale(1, "200.00"), refunded(sale(2, "10.00"), "3.33")}, "200 13/Gold"},
		{"an order's cap", `{"cap":{"order":50}}`,
			[]Order{sale(1, "49.40"), sale(1, "80.00"), refunded(sale(2, "80.00"), "60.00")}, "49 50 20"},
		{"a day's cap is the first ones'", `{"cap":{"day":50}}`,
			[]Order{sale(1, "30.00"), sale(1, "30.00"), sale(1, "30.00"), sale(2, "30.00")}, "30 20 0 30"},
		{"what is refunded makes no room in the day", `{"cap":{"day":50}}`,
			[]Order{refunded(sale(1, "30.00"), "30.00"), sale(1, "30.00")}, "0 20"},
		{"both caps", `{"cap":{"order":25,"day":40}}`,
			[]Order{sale(1, "30.00"), sale(1, "30.00"), sale(2, "30.00")}, "25 15 25"},
		{"excluded", `{"exclude":{
				"locations":[9],"customers":["W"],"below_total":5,"tax_exempt":true,"statuses":["partially_refunded"]
			}}`,
			[]Order{
				changed(sale(1, "30.00"), func(o *Order) { o.LocationID = 9 }),
				changed(sale(1, "30.00"), func(o *Order) { o.CustomerID = "W" }),
				sale(1, "4.99"), sale(1, "5.00"),
				changed(sale(1, "30.00"), func(o *Order) { o.Tax = 0 }),
				of(model.OrderPartiallyRefunded, sale(1, "30.00")),
			}, "0-location 0-customer 0-below_total 5 0-tax_exempt 0-status"},
		{"tier and multiplier, half a point", `{
				"tiers":[{"name":"Gold","from":1,"points_per_dollar":1.25}],"multipliers":[{"name":"M","multiplier":1.5}]
			}`,
			[]Order{sale(1, "1.00"), sale(2, "10.00"), sale(3, "1.60")}, "2 19/Gold 3/Gold"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			rules := DefaultRules()
			rules.Program = parsed(t, tc.program)
			history := NewHistory(rules.Ready())
			var got []string
			for i := range tc.orders {
				award, terms := history.next(&tc.orders[i], nil)
				text := fmt.Sprint(award.Points)
				if terms.Tier != "" {
					text += "/" + terms.Tier
				}
				if terms.Excluded != "" {
					text += "-" + terms.Excluded
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestHeldTerms: an award keeps its terms under other rules, and under the same the answer depends on the orders alone.
func TestHeldTerms(t *testing.T) {
	before, after := DefaultRules(), DefaultRules()
	before.Program = parsed(t, `{"multipliers":[{"name":"M","multiplier":3}],"cap":{"order":100}}`)
	after.Program = parsed(t, `{"multipliers":[{"name":"M","multiplier":2}]}`)
	o := sale(1, "10.00")
	_, held := NewHistory(before.Ready()).next(&o, nil)
	held = ParseTerms(held.Rate, held.Multiplier, held.Rule())
	if award, terms := NewHistory(after.Ready()).next(&o, &held); award.Points != 30 || terms != held {
		t.Errorf("under other rules: %+v, %+v", award, terms)
	}
	half := refunded(o, "5.00")
	if award, _ := NewHistory(after.Ready()).next(&half, &held); award.Points != 15 {
		t.Errorf("a refund under other rules: %+v", award)
	}
	if award, terms := NewHistory(after.Ready()).next(&o, nil); award.Points != 20 || terms.Rules == held.Rules {
		t.Errorf("today's: %+v, %+v", award, terms)
	}
	plain := Terms{Rate: d("5"), Multiplier: d("1"), Basis: BasisTotal}
	if award, _ := NewHistory(after.Ready()).next(&o, &plain); award.Points != 50 {
		t.Errorf("awarded under a plain rate: %+v", award)
	}
}

// TestLines holds the lines that the ledger lacks of an order of 20.46 dollars against what it has of it.
func TestLines(t *testing.T) {
	line := func(customer string, revision int64, kind model.LineKind, points int64, basis string) model.LedgerLine {
		return model.LedgerLine{
			OrderID: "O", CustomerID: customer, Revision: revision, Kind: kind, Points: points,
			BasisAmount: cents(basis), Rate: d("1"), Multiplier: d("1"), Rule: "total",
		}
	}
	atRate := func(rate string, l model.LedgerLine) model.LedgerLine {
		l.Rate = d(rate)
		return l
	}
	by := func(customer string, o Order) Order {
		o.CustomerID = customer
		return o
	}
	awarded := line("C", 1, model.LineAward, 20, "20.46")
	doubled := atRate("2", line("C", 1, model.LineAward, 41, "20.46"))
	order := sale(1, "20.46")
	for _, tc := range []struct {
		what    string
		order   Order
		held    []model.LedgerLine
		rejudge bool
		want    []model.LedgerLine
	}{
		{"new", order, nil, false, []model.LedgerLine{awarded}},
		{"nothing to award", sale(1, "0.49"), nil, false, nil},
		{"no customer", by("", order), nil, false, nil},
		{"an unknown customer", changed(order, func(o *Order) { o.Known = false }), nil, false, nil},
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
			"a refund is taken back", order, []model.LedgerLine{awarded, line("C", 2, model.LineRefund, -20, "0")}, false,
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
			[]model.LedgerLine{line("C", 2, model.LineTransfer, -20, "20.46"), line("D", 3, model.LineTransfer, 20, "20.46")},
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
			[]model.LedgerLine{line("Z", 1, model.LineAward, 4, "20.46"), line("A", 2, model.LineTransfer, 16, "20.46")}, false,
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
			[]model.LedgerLine{line("D", 4, model.LineTransfer, -20, "20.46"), line("C", 5, model.LineTransfer, 20, "20.46")},
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
			[]model.LedgerLine{line("C", 2, model.LineCorrection, -21, "20.46")},
		},
	} {
		t.Run(tc.what, func(t *testing.T) {
			tc.order.Lines = tc.held
			rules := DefaultRules()
			if diff := cmp.Diff(tc.want, NewHistory(rules.Ready()).Lines(&tc.order, tc.rejudge)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestObstacle(t *testing.T) {
	got := make(map[string]Obstacle)
	for what, o := range map[string]Order{
		"completed":          {CustomerID: "C", Known: true, Status: model.OrderCompleted},
		"partially refunded": {CustomerID: "C", Known: true, Status: model.OrderPartiallyRefunded},
		"refunded":           {CustomerID: "C", Known: true, Status: model.OrderRefunded},
		"unknown customer":   {CustomerID: "C", Status: model.OrderCompleted},
		"no customer":        {Status: model.OrderOpen},
	} {
		got[what] = o.Obstacle()
	}
	want := map[string]Obstacle{
		"completed": NoObstacle, "partially refunded": NoObstacle, "refunded": ObstacleStatus,
		"unknown customer": ObstacleUnknown, "no customer": ObstacleAnonymous,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

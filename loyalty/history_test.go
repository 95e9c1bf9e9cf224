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
func sale(day int, total string) model.LedgerOrder {
	return completed(model.LedgerOrder{
		ID: "O", LocationID: 1, OrderedAt: time.Date(2026, 5, day, 12, 0, 0, 0, time.UTC),
		Subtotal: cents(total), Tax: 100, Total: cents(total),
	})
}

func changed(o model.LedgerOrder, change func(*model.LedgerOrder)) model.LedgerOrder {
	change(&o)
	return o
}

func of(status model.OrderStatus, o model.LedgerOrder) model.LedgerOrder {
	o.Status = status
	return o
}

func refunded(o model.LedgerOrder, amount string) model.LedgerOrder {
	o.Status, o.RefundedTotal = model.AfterRefunds(o.Status, o.Total, cents(amount), 0)
	return o
}

// TestWorkedExamples goes through customers' orders under rules, order by order.
func TestWorkedExamples(t *testing.T) {
	gold := `{"tiers":[{"name":"Silver","from":100},{"name":"Gold","from":200,"points_per_dollar":2}]}`
	for _, tc := range []struct {
		what, program string
		orders        []model.LedgerOrder
		want          string
	}{
		{"published", `{}`, []model.LedgerOrder{sale(1, "20.46"), sale(2, "20.96"), sale(3, "20.50")}, "20 21 21"},
		{"a tier begins with the points before, not with its own", gold,
			[]model.LedgerOrder{sale(1, "99.40"), sale(2, "0.60"), sale(3, "100.00"), sale(4, "10.00")},
			"99 1 100/Silver 20/Gold"},
		{"one point short of a tier", gold, []model.LedgerOrder{sale(1, "99.49"), sale(2, "10.00")}, "99 10"},
		{"a refund does not take back the tier that the order had given", gold,
			[]model.LedgerOrder{refunded(sale(1, "200.00"), "200.00"), sale(2, "10.00")}, "0 20/Gold"},
		{"a void does", gold,
			[]model.LedgerOrder{of(model.OrderVoided, sale(1, "200.00")), sale(2, "10.00")}, "0 10"},
		{"a partial refund in the tier of its order", gold,
			[]model.LedgerOrder{sale(1, "200.00"), refunded(sale(2, "10.00"), "3.33")}, "200 13/Gold"},
		{"an order's cap", `{"cap":{"order":50}}`,
			[]model.LedgerOrder{sale(1, "49.40"), sale(1, "80.00"), refunded(sale(2, "80.00"), "60.00")}, "49 50 20"},
		{"a day's cap is the first ones'", `{"cap":{"day":50}}`,
			[]model.LedgerOrder{sale(1, "30.00"), sale(1, "30.00"), sale(1, "30.00"), sale(2, "30.00")}, "30 20 0 30"},
		{"what is refunded makes no room in the day", `{"cap":{"day":50}}`,
			[]model.LedgerOrder{refunded(sale(1, "30.00"), "30.00"), sale(1, "30.00")}, "0 20"},
		{"both caps", `{"cap":{"order":25,"day":40}}`,
			[]model.LedgerOrder{sale(1, "30.00"), sale(1, "30.00"), sale(2, "30.00")}, "25 15 25"},
		{"excluded", `{"exclude":{
				"locations":[9],"customers":["W"],"below_total":5,"tax_exempt":true,"statuses":["partially_refunded"]
			}}`,
			[]model.LedgerOrder{
				changed(sale(1, "30.00"), func(o *model.LedgerOrder) { o.LocationID = 9 }),
				changed(sale(1, "30.00"), func(o *model.LedgerOrder) { o.CustomerID = "W" }),
				sale(1, "4.99"), sale(1, "5.00"),
				changed(sale(1, "30.00"), func(o *model.LedgerOrder) { o.Tax = 0 }),
				of(model.OrderPartiallyRefunded, sale(1, "30.00")),
			}, "0-location 0-customer 0-below_total 5 0-tax_exempt 0-status"},
		{"tier and multiplier, half a point", `{
				"tiers":[{"name":"Gold","from":1,"points_per_dollar":1.25}],
				"multipliers":[{"name":"M","multiplier":1.5}]
			}`,
			[]model.LedgerOrder{sale(1, "1.00"), sale(2, "10.00"), sale(3, "1.60")}, "2 19/Gold 3/Gold"},
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
	held = ParseTerms(held.JSON())
	if award, terms := NewHistory(after.Ready()).next(&o, &held); award.Points != 30 || !cmp.Equal(terms, held) {
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

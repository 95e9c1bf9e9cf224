package loyalty

import (
	"fmt"
	"slices"
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
	o.OwnRefund = cents(amount)
	o.Status, o.RefundedTotal = model.AfterRefunds(o.Status, o.Total, o.OwnRefund, 0)
	return o
}

// refundedOn is an order of which a ticket of a day of May 2026 gives back an amount.
func refundedOn(day int, amount string, o model.LedgerOrder) model.LedgerOrder {
	o.Refunds = append(slices.Clone(o.Refunds), model.TicketRefund{At: sale(day, "0").OrderedAt, Amount: cents(amount)})
	var given model.Cents
	for _, refund := range o.Refunds {
		given += refund.Amount
	}
	o.Status, o.RefundedTotal = model.AfterRefunds(o.Status, o.Total, o.OwnRefund, given)
	return o
}

// only are the versions of a store whose rules have never changed.
func only(rules Rules) *Version { return &Version{Number: 1, Rules: &rules} }

func historyOf(rules Rules) *History { return NewHistory(Versions{*only(rules)}, time.Time{}) }

// judgments are the points and the terms of orders' awards, such as "20/Gold".
func judgments(h *History, orders []model.LedgerOrder) string {
	var got []string
	for i := range orders {
		text := "0"
		for _, line := range h.Lines(&orders[i], RejudgeNone) {
			terms := ParseTerms(line.Terms)
			text = fmt.Sprint(line.Points)
			if terms.Tier != "" {
				text += "/" + terms.Tier
			}
			if terms.Excluded != "" {
				text += "-" + terms.Excluded
			}
		}
		got = append(got, text)
	}
	return strings.Join(got, " ")
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
		{"a refund takes the tier back, and leaves what was earned in between", gold,
			[]model.LedgerOrder{refundedOn(3, "200.00", sale(1, "200.00")), sale(2, "10.00"), sale(4, "10.00")},
			"0 20/Gold 10"},
		{"a refund at the time of an order is later", gold,
			[]model.LedgerOrder{refundedOn(2, "200.00", sale(1, "200.00")), sale(2, "10.00"), sale(2, "10.00"),
				sale(3, "10.00")}, "0 20/Gold 20/Gold 10"},
		{"refunds in parts, and more than there was", gold,
			[]model.LedgerOrder{refundedOn(5, "150.00", refundedOn(3, "100.00", sale(1, "200.00"))), sale(2, "10.00"),
				sale(4, "10.00"), sale(6, "10.00")}, "0 20/Gold 10/Silver 10"},
		{"an order's own refund has no time", gold,
			[]model.LedgerOrder{refunded(sale(1, "200.00"), "200.00"), sale(2, "10.00")}, "0 10"},
		{"Gold at 1,000", `{"tiers":[{"name":"Gold","from":1000,"points_per_dollar":1.5}]}`,
			[]model.LedgerOrder{sale(1, "980.00"), refundedOn(4, "40.00", sale(2, "40.00")), sale(3, "100.00"),
				refunded(sale(4, "100.00"), "90.00"), sale(5, "100.00")}, "980 0 150/Gold 15/Gold 150/Gold"},
		{"a void does", gold,
			[]model.LedgerOrder{of(model.OrderVoided, sale(1, "200.00")), sale(2, "10.00")}, "0 10"},
		{"a partial refund in the tier of its order", gold,
			[]model.LedgerOrder{sale(1, "200.00"), refunded(sale(2, "10.00"), "3.33")}, "200 13/Gold"},
		{"an order's cap", `{"cap":{"order":50}}`,
			[]model.LedgerOrder{sale(1, "49.40"), sale(1, "80.00"), refunded(sale(2, "80.00"), "60.00")}, "49 50 20"},
		{"a day's cap is the first ones'", `{"cap":{"day":50}}`,
			[]model.LedgerOrder{sale(1, "30.00"), sale(1, "30.00"), sale(1, "30.00"), sale(2, "30.00")}, "30 20 0 30"},
		{"what had been refunded makes room in the day", `{"cap":{"day":50}}`,
			[]model.LedgerOrder{refunded(sale(1, "30.00"), "30.00"), refundedOn(2, "30.00", sale(1, "30.00")),
				sale(1, "30.00")}, "0 0 20"},
		{"the points of a calendar year",
			`{"tier_window":"calendar_year","tiers":[{"name":"Gold","from":50,"points_per_dollar":2}]}`,
			[]model.LedgerOrder{on("2025-12-31T23:59:59Z", "60.00"), on("2026-01-01T00:00:00Z", "60.00"),
				on("2026-12-31T23:59:59Z", "10.00"), on("2027-01-01T00:00:00Z", "10.00")}, "60 60 20/Gold 10"},
		{"the points of twelve months",
			`{"tier_window":"rolling_12_months","tiers":[{"name":"Gold","from":50,"points_per_dollar":2}]}`,
			[]model.LedgerOrder{on("2025-03-01T12:00:00Z", "60.00"), on("2026-03-01T12:00:00Z", "10.00"),
				on("2026-03-01T12:00:01Z", "10.00")}, "60 20/Gold 10"},
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
			if diff := cmp.Diff(tc.want, judgments(historyOf(rules), tc.orders)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// on is an order of a moment.
func on(moment, total string) model.LedgerOrder {
	o := sale(1, total)
	o.OrderedAt, _ = time.Parse(time.RFC3339, moment)
	return o
}

// versionsOf are rules with a rate from a moment on.
func versionsOf(rates ...any) (versions Versions) {
	for i := 0; i < len(rates); i += 2 {
		rules := DefaultRules()
		rules.PointsPerDollar = d(rates[i].(string))
		from, _ := time.Parse(time.RFC3339, rates[i+1].(string))
		versions = append(versions, Version{Number: int64(i/2 + 1), From: from, Rules: &rules})
	}
	return versions
}

// TestVersions: an order is judged by the rules that were in force when it was made, whenever it becomes known, and
// keeps to them: only a pass that judges all anew applies others.
func TestVersions(t *testing.T) {
	versions := versionsOf("1", "", "2", "2026-06-01T06:00:00Z")
	before, after := on("2026-06-01T05:50:00Z", "40.00"), on("2026-06-01T06:00:00Z", "40.00")
	if got := judgments(NewHistory(versions, time.Time{}), []model.LedgerOrder{before, after}); got != "40 80" {
		t.Errorf("judged: %s", got)
	}
	follow := func(versions Versions, o model.LedgerOrder, rejudge Rejudge) (points []int64) {
		for _, line := range NewHistory(versions, at(t, "2026-07-01T00:00:00Z")).Lines(&o, rejudge) {
			points = append(points, line.Points)
		}
		return points
	}
	o := on("2026-05-01T12:00:00Z", "50.00")
	o.Lines = NewHistory(versions, time.Time{}).Lines(&o, RejudgeNone)
	o.Lines[0].PassID = 7
	moved := changed(o, func(o *model.LedgerOrder) { o.OrderedAt = o.OrderedAt.AddDate(0, 2, 0) })
	full := slices.Clone(versions)
	full[1].FullPass = 7
	future := versionsOf("1", "", "2", "2026-08-01T00:00:00Z")
	for _, tc := range []struct {
		what     string
		versions Versions
		order    model.LedgerOrder
		rejudge  Rejudge
		want     []int64
	}{
		{"nothing changed", versions, o, RejudgeNone, nil},
		{"refunded after the rate was doubled", versions, refunded(o, "10.00"), RejudgeNone, []int64{-10}},
		{"a date that was corrected", versions, moved, RejudgeNone, nil},
		{"judged anew", versions, o, RejudgeAll, []int64{50}},
		{"judged for the first time by a pass that judges all anew", versions,
			changed(o, func(o *model.LedgerOrder) { o.Lines = nil }), RejudgeAll, []int64{100}},
		{"judged anew by a pass since", full, o, RejudgeNone, []int64{50}},
		{"judged anew before rules come into force", future, o, RejudgeAll, nil},
		{"named, and nothing changed", versions[:1], o, RejudgeNamed, nil},
		{"free, judged anew", versions, free(o), RejudgeAll, nil},
		{"free, named", versions, free(o), RejudgeNamed, []int64{0}},
	} {
		if diff := cmp.Diff(tc.want, follow(tc.versions, tc.order, tc.rejudge)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.what, diff)
		}
	}
}

// free is an order that earns nothing by any rate.
func free(o model.LedgerOrder) model.LedgerOrder {
	o.Total, o.Subtotal = 0, 0
	o.Lines = slices.Clone(o.Lines)
	o.Lines[0].Points = 0
	return o
}

// TestWith: rules that differ from the newest version's are another version, from a moment or from the present on.
func TestWith(t *testing.T) {
	june, present := at(t, "2026-06-01T00:00:00Z"), at(t, "2026-06-15T12:00:00Z")
	rules := func(rate, program string) *Rules {
		r := DefaultRules()
		r.PointsPerDollar, r.Program = d(rate), parsed(t, program)
		return &r
	}
	var versions Versions
	for _, tc := range []struct {
		what  string
		rules *Rules
		want  []time.Time
	}{
		{"the first, from the beginning", rules("1", `{"effective_from":"2026-06-01"}`), []time.Time{{}}},
		{"the same in other words", rules("1.00", `{"tiers":[],"exclude":{"locations":[]},"cap":{"order":0}}`),
			[]time.Time{{}}},
		{"from the present", rules("2", `{}`), []time.Time{{}, present}},
		{"the same, from a date", rules("2", `{"effective_from":"2026-06-01"}`), []time.Time{{}, present, june}},
		{"the same again", rules("2", `{"effective_from":"2026-05-31T18:00:00-06:00"}`),
			[]time.Time{{}, present, june}},
		{"the same, without its date", rules("2", `{}`), []time.Time{{}, present, june}},
	} {
		versions = versions.With(tc.rules, present)
		var got []time.Time
		for i, v := range versions {
			got = append(got, v.From.UTC())
			if v.Number != int64(i+1) {
				t.Errorf("%s: %d has number %d", tc.what, i, v.Number)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.what, diff)
		}
	}
	if got := versions.At(june.Add(-1)).Number; got != 1 {
		t.Errorf("before June version %d is in force", got)
	}
	if got := versions.At(present.AddDate(0, 1, 0)).Number; got != 3 {
		t.Errorf("in July version %d is in force", got)
	}
}

// TestPostponed: of rules that were to come into force, those are forgotten that others take the place of.
func TestPostponed(t *testing.T) {
	present := at(t, "2026-06-15T12:00:00Z")
	july := at(t, "2026-07-01T00:00:00Z")
	august, september := july.AddDate(0, 1, 0), july.AddDate(0, 2, 0)
	versions := versionsOf("1", "", "2", "2026-06-01T00:00:00Z")
	with := func(rate string, from time.Time) {
		r := DefaultRules()
		r.PointsPerDollar, r.EffectiveFrom = d(rate), Moment{at: from}
		versions = versions.With(&r, present)
	}
	rates := func() (text string) {
		for _, moment := range []time.Time{present, july, august, september} {
			text += versions.At(moment).Rules.PointsPerDollar.String() + " "
		}
		return text
	}
	for _, tc := range []struct {
		what, rate string
		from       time.Time
		want       string
		added      int
	}{
		{"announced", "3", july, "2 3 3 3 ", 1},
		{"postponed", "3", august, "2 2 3 3 ", 2},
		{"postponed again", "3", september, "2 2 2 3 ", 2},
		{"moved forward, and another rate", "4", july, "2 4 4 4 ", 1},
		{"given up", "2", time.Time{}, "2 2 2 2 ", 1},
		{"announced again", "3", september, "2 2 2 3 ", 1},
		{"another rate later", "5", september.AddDate(0, 1, 0), "2 2 2 2 ", 2},
	} {
		before := len(versions)
		if with(tc.rate, tc.from); rates() != tc.want || len(versions) != before+tc.added {
			t.Errorf("%s: rates %s, want %s; %d versions added", tc.what, rates(), tc.want, len(versions)-before)
		}
	}
	versions = append(versionsOf("1", ""), Version{Number: 2, From: july, Rules: versions[2].Rules, Unused: true})
	present = august
	if with("5", september); rates() != "1 1 1 5 " {
		t.Errorf("refused, then corrected and announced: %s", rates())
	}
}

// TestParseRules: rules are read as they were written.
func TestParseRules(t *testing.T) {
	rules := DefaultRules()
	rules.Zone, rules.Starts, rules.Basis = denver(t), at(t, "2026-01-01T07:00:00Z"), BasisSubtotal
	rules.Program = parsed(t, `{"multipliers":[{"name":"M","multiplier":0,"weekdays":["mon"],"hours":"22:00-02:00",
		"from":"2026-01-01"}],"tiers":[{"name":"G","from":5,"points_per_dollar":1.25}],"tier_window":"calendar_year",
		"exclude":{"below_total":5,"statuses":["completed"]},"enrollment":{"points":5,"from":"2026-01-01"}}`)
	got, err := ParseRules(rules.JSON())
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(&rules, got, same, cmp.AllowUnexported(Hours{}, Moment{})); diff != "" {
		t.Errorf("%s (-written +read):\n%s", rules.JSON(), diff)
	}
	for _, text := range []string{"", "[]", `{"time_zone":"Nowhere/Never"}`} {
		if _, err := ParseRules(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// TestTermsOfUnknownVersions: an order whose terms come from no known version keeps them word for word.
func TestTermsOfUnknownVersions(t *testing.T) {
	rules := DefaultRules()
	rules.Program = parsed(t, `{"multipliers":[{"name":"M","multiplier":2}]}`)
	for _, held := range []string{
		`{"basis":"total","rate":"1","multiplier":"3","offer":"M","cap":100}`,
		`{"basis":"total","rate":"3","multiplier":"1","version":9}`,
		`{"rate": "1.0000", "multiplier": "3.0000", "rule": "total offer=M cap=100 rules=1a2b3c4d"}`,
	} {
		o := sale(1, "10.00")
		terms := ParseTerms(held)
		o.Lines = []model.LedgerLine{{CustomerID: "C", Revision: 1, Points: 30, Terms: held, Rate: terms.Rate,
			Multiplier: terms.Multiplier}}
		if lines := historyOf(rules).Lines(&o, RejudgeNone); lines != nil {
			t.Errorf("%s: %+v", held, lines)
		}
		o = refunded(o, "5.00")
		if lines := historyOf(rules).Lines(&o, RejudgeNone); len(lines) != 1 || lines[0].Points != -15 {
			t.Errorf("%s: after a refund %+v", held, lines)
		}
		o = refunded(o, "0")
		o.Status = model.OrderCompleted
		if lines := historyOf(rules).Lines(&o, RejudgeAll); len(lines) != 1 || lines[0].Points != -10 {
			t.Errorf("%s: judged anew %+v", held, lines)
		}
	}
}

// TestDamagedTerms: terms that the last line cannot have been written by move nothing, whatever happens to the order,
// but for what no terms are needed for. Judged anew, the order has terms again.
func TestDamagedTerms(t *testing.T) {
	versions := versionsOf("1", "", "2", "2026-06-01T00:00:00Z")
	versions[0].FirstPass, versions[1].FirstPass = 1, 9
	o := on("2026-05-01T12:00:00Z", "50.00")
	o.Lines = NewHistory(versions, time.Time{}).Lines(&o, RejudgeNone)
	o.Lines[0].PassID = 3
	damage := func(o model.LedgerOrder, terms string) model.LedgerOrder {
		o.Lines = slices.Clone(o.Lines)
		o.Lines[0].Terms = terms
		return o
	}
	follow := func(o model.LedgerOrder, rejudge Rejudge) (points []int64, damaged bool) {
		h := NewHistory(versions, at(t, "2026-05-20T00:00:00Z"))
		for _, line := range h.Lines(&o, rejudge) {
			points = append(points, line.Points)
			if line.Terms != `{"basis":"total","rate":"1","multiplier":"1","version":1}` {
				t.Errorf("terms %s", line.Terms)
			}
		}
		return points, h.Damaged()
	}
	for _, terms := range []string{
		``, `{`, `[]`, `null`, `{}`, `{"basis":"total","rate":"0","multiplier":"1","version":1}`,
		`{"basis":"total","rate":"1","multiplier":"2"}`, `{"basis":"total","rate":"1","multiplier":"1","cap":49}`,
		`{"basis":"subtotal","rate":"1","multiplier":"1","version":1}`,
		`{"basis":"total","rate":"1","multiplier":"1","version":2}`,
		`{"rate":"0","multiplier":"1","basis":"total","excluded":"status","version":1}`,
	} {
		for _, tc := range []struct {
			order   model.LedgerOrder
			rejudge Rejudge
			want    []int64
			damaged bool
		}{
			{o, RejudgeNone, nil, true}, {refunded(o, "10.00"), RejudgeNone, nil, true},
			{refunded(o, "50.00"), RejudgeNone, []int64{-50}, false},
			{of(model.OrderVoided, o), RejudgeNone, []int64{-50}, false},
			{o, RejudgeNamed, []int64{0}, false}, {refunded(o, "10.00"), RejudgeAll, []int64{-10}, false},
		} {
			points, damaged := follow(damage(tc.order, terms), tc.rejudge)
			if !slices.Equal(points, tc.want) || damaged != tc.damaged {
				t.Errorf("%s, %s, refunded %s: %v, damaged %t", terms, tc.order.Status, tc.order.RefundedTotal, points,
					damaged)
			}
		}
	}
}

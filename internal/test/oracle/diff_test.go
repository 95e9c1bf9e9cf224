package oracle

import (
	"maps"
	"testing"
)

// mirror is a store that holds exactly what is expected, everything awarded once.
func mirror(expected Expected) *Actual {
	out := &Actual{
		Customers: maps.Clone(expected.Customers), Orders: maps.Clone(expected.Orders),
		Products: maps.Clone(expected.Products), Rejects: listed(expected), Balances: map[string]Balance{},
	}
	rules := expected.Settings.Today()
	for key, points := range expected.Points {
		out.Ledger = append(out.Ledger, LedgerLine{
			CustomerID: key.CustomerID, OrderID: key.OrderID, LocationID: 1, Revision: 1, Kind: "award", Points: points,
			BasisAmount: cents(out.Orders[key.OrderID].Total.Sub(out.Orders[key.OrderID].RefundedTotal)),
			Rate:        rules.Rate, Multiplier: rules.Multiplier, Terms: `{"basis":"` + rules.Basis + `"}`,
		})
	}
	for id, balance := range expected.Balances {
		out.Balances[id] = Balance{CustomerID: id, Balance: balance, Lifetime: balance}
	}
	return out
}

// lines are differences, each on one line.
func lines(list []Difference) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.String())
	}
	return out
}

// edit changes one row of a map.
func edit[K comparable, V any](rows map[K]V, key K, change func(*V)) {
	row := rows[key]
	change(&row)
	rows[key] = row
}

func TestDiffFindsNothing(t *testing.T) {
	expected := Expect(storeSource(), plain())
	Check(t, expected, mirror(expected), Options{Fresh: true})
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Actual)
		options Options
		want    []string
	}{
		{"customer missing", func(a *Actual) { delete(a.Customers, "C1") }, Options{Streams: []string{"customers"}},
			[]string{`customers "C1": missing `}},
		{"customer different", func(a *Actual) { edit(a.Customers, "C1", func(c *Customer) { c.Email = Text{} }) },
			Options{},
			[]string{`customers "C1": different email: want "a@b.c", got NULL`}},
		{"customer extra", func(a *Actual) { a.Customers["X"] = Customer{Active: true} }, Options{AllowRemoved: true},
			[]string{`customers "X": extra `}},
		{"customer gone, not allowed", func(a *Actual) { a.Customers["X"] = Customer{} }, Options{},
			[]string{`customers "X": extra `}},
		{"customer gone", func(a *Actual) { a.Customers["X"] = Customer{} }, Options{AllowRemoved: true}, nil},
		{"order different", func(a *Actual) {
			edit(a.Orders, "B", func(o *Order) { o.Tax, o.OrderedAt = dec("0.01"), now })
		}, Options{}, []string{
			`orders "B": different ordered_at: want 2024-04-30T18:01:00Z, got 2024-05-01T12:00:00Z`,
			`orders "B": different tax: want 0, got 0.01`,
		}},
		{"order removed", func(a *Actual) { a.Orders["X"] = Order{Status: "removed"} }, Options{AllowRemoved: true},
			nil},
		{"order extra", func(a *Actual) { a.Orders["X"] = Order{Status: "voided"} }, Options{AllowRemoved: true},
			[]string{`orders "X": extra `}},
		{"product gone", func(a *Actual) { a.Products[9] = Product{} }, Options{AllowRemoved: true}, nil},
		{"product extra on the menu", func(a *Actual) { a.Products[9] = Product{OnMenu: true} },
			Options{AllowRemoved: true},
			[]string{`products "9": extra `}},
		{"product oversold", func(a *Actual) { edit(a.Products, 2, func(p *Product) { p.OnMenu = true }) }, Options{},
			[]string{`products "2": different on_menu: want false, got true`}},
		{"price breaks", func(a *Actual) {
			edit(a.Products, 1, func(p *Product) { p.PriceBreaks = []Break{{"1.0", "9.00"}} })
		}, Options{}, []string{`products "1": different price_breaks: want [1 for 9.00], got [1.0 for 9.00]`}},
		{"reject missing", func(a *Actual) { clear(a.Rejects) }, Options{},
			[]string{`rejects "customers ": missing reason: want no_id, got no row`}},
		{"reject different", func(a *Actual) { a.Rejects[RejectKey{"customers", ""}] = "x" }, Options{},
			[]string{`rejects "customers ": different reason: want no_id, got x`}},
		{"reject extra", func(a *Actual) { a.Rejects[RejectKey{"orders", "A"}] = "x" }, Options{},
			[]string{`rejects "orders A": extra reason: want no row, got x`}},
		{"another stream is not looked at", func(a *Actual) { clear(a.Rejects); clear(a.Customers) },
			Options{Streams: []string{"products"}}, nil},
	}
	for _, test := range tests {
		expected := Expect(storeSource(), plain())
		actual := mirror(expected)
		test.change(actual)
		equal(t, test.name, lines(Diff(expected, actual, test.options)), test.want)
	}
}

func TestKeepRejected(t *testing.T) {
	before := Expect(storeSource(), plain())
	src := storeSource()
	src.Tickets[1].TotalPrice = some("NaN")
	src.Products[1].PricePoint = some("x")
	after := Expect(src, plain())
	actual := mirror(before)
	actual.Rejects = listed(after)

	equal(t, "not kept", len(Diff(after, actual, Options{Streams: []string{"orders", "products"}})), 4)
	equal(t, "kept", lines(Diff(after, actual, Options{KeepRejected: true})), []string(nil))

	edit(actual.Products, 2, func(p *Product) { p.OnMenu = true })
	equal(t, "kept on the menu", lines(Diff(after, actual, Options{KeepRejected: true})),
		[]string{`products "2": different on_menu: want false (rejected), got true`})
}

func TestFreshComparesWithTheSource(t *testing.T) {
	expected := Expect(storeSource(), plain())
	actual := mirror(expected)
	actual.Ledger[0].Rate, actual.Ledger[0].Points = dec("2"), 31
	actual.Balances["C1"] = Balance{Balance: 31, Lifetime: 31}
	equal(t, "under other rules", lines(Diff(expected, actual, Options{})), []string(nil))
	equal(t, "fresh", lines(Diff(expected, actual, Options{Fresh: true})), []string{
		`points_ledger "A": different rate: want 1, got 2`,
		`points_ledger "A": ledger sum for customer C1: want 15, got 31`,
	})
}

func TestPasses(t *testing.T) {
	end := now.Add(-1)
	good := Pass{PassID: 7, Stream: "orders", Mode: "full", Status: "done", StartedAt: now, FinishedAt: &now}
	tests := []struct {
		name    string
		change  func(*Pass)
		options Options
		want    []string
	}{
		{"good", func(*Pass) {}, Options{}, nil},
		{"running", func(p *Pass) { p.Status, p.FinishedAt = "running", nil }, Options{},
			[]string{`passes "7": pass status: want ended, got running`}},
		{"running, allowed", func(p *Pass) { p.Status, p.FinishedAt = "running", nil }, Options{AllowRunning: true},
			nil},
		{"count below 0", func(p *Pass) { p.Unchanged = -1 }, Options{},
			[]string{`passes "7": pass unchanged: want not negative, got -1`}},
		{"no end", func(p *Pass) { p.FinishedAt = nil }, Options{},
			[]string{`passes "7": pass finished_at: want a time, got NULL`}},
		{"dead without an end", func(p *Pass) { p.Status, p.FinishedAt = "dead", nil }, Options{}, nil},
		{"end before start", func(p *Pass) { p.FinishedAt = &end }, Options{},
			[]string{`passes "7": pass finished_at: want not before started_at, got ` + end.String()}},
		{"unknown word", func(p *Pass) { p.Mode = "quick" }, Options{},
			[]string{`passes "7": pass mode: want [first incremental full repair backfill adjust forget], got quick`}},
	}
	for _, test := range tests {
		pass := good
		test.change(&pass)
		equal(t, test.name, lines(Passes(&Actual{Passes: []Pass{pass}}, test.options)), test.want)
	}
}

func TestStamps(t *testing.T) {
	later := Stamp{PassID: 2, UpdatedAt: now}
	tests := []struct {
		name   string
		change func(*Order)
		want   []string
	}{
		{"nothing", func(*Order) {}, nil},
		{"both", func(o *Order) { o.Status, o.Stamp = "voided", later }, nil},
		{"content alone", func(o *Order) { o.Status = "voided" },
			[]string{`orders "A": stamp pass_id: want changed, got unchanged`}},
		{"pass alone", func(o *Order) { o.Stamp.PassID = 2 },
			[]string{`orders "A": stamp pass_id: want unchanged, got changed`}},
		{"time alone", func(o *Order) { o.Stamp.UpdatedAt = now },
			[]string{`orders "A": stamp updated_at: want unchanged, got changed`}},
	}
	for _, test := range tests {
		before, after := mirror(Expect(storeSource(), plain())), mirror(Expect(storeSource(), plain()))
		edit(after.Orders, "A", test.change)
		equal(t, test.name, lines(Stamps(before, after)), test.want)
	}
}

// listed are the rejects and the notices.
func listed(expected Expected) map[RejectKey]string {
	all := maps.Clone(expected.Rejects)
	maps.Copy(all, expected.Notices)
	return all
}

package oracle

import "testing"

func TestLedger(t *testing.T) {
	line := func(change ...func(*LedgerLine)) LedgerLine {
		l := LedgerLine{CustomerID: "C1", OrderID: "A", LocationID: 1, Revision: 1, Kind: "award", Points: 15,
			BasisAmount: dec("15.36"),
			Rate:        dec("1"), Multiplier: dec("1"), Terms: `{"basis": "total"}`}
		for _, c := range change {
			c(&l)
		}
		return l
	}
	second := func(kind string, points int64) LedgerLine {
		return line(func(l *LedgerLine) { l.Revision, l.Kind, l.Points = 2, kind, points })
	}
	tests := []struct {
		name    string
		ledger  []LedgerLine
		change  func(*Actual)
		options Options
		want    []string
	}{
		{"as it must be", []LedgerLine{line()}, nil, Options{Fresh: true}, nil},
		{"no award", nil, nil, Options{},
			[]string{`points_ledger "A": ledger sum for customer C1: want 15, got no line`}},
		{"too much", []LedgerLine{line(), second("correction", 2)}, nil, Options{},
			[]string{`points_ledger "A": ledger sum for customer C1: want 15, got 17`}},
		{"a gap", []LedgerLine{line(func(l *LedgerLine) { l.Revision = 2 })}, nil, Options{},
			[]string{`points_ledger "A": ledger revision: want 1, got 2`}},
		{"a line of 0", []LedgerLine{line(), second("refund", 0)}, nil, Options{},
			[]string{`points_ledger "A": ledger points: want not 0, got 0`}},
		{"a second award", []LedgerLine{line(func(l *LedgerLine) { l.Points = 10; l.BasisAmount = dec("10") }),
			second("award", 5)}, nil, Options{},
			[]string{
				`points_ledger "A": ledger kind: want award on the first line and no other, got award on line 2`,
				`points_ledger "A": ledger points: want basis_amount × rate × multiplier, got 5`,
			}},
		{"awarded, then refunded in part", []LedgerLine{
			line(func(l *LedgerLine) { l.Points, l.BasisAmount = 20, dec("20.46") }), second("refund", -5),
		}, nil, Options{}, nil},
		{"awarded under other rules", []LedgerLine{line(func(l *LedgerLine) { l.Points, l.Rate = 31, dec("2") })}, nil,
			Options{}, nil},
		{"awarded under other rules, not fresh",
			[]LedgerLine{line(func(l *LedgerLine) { l.Points, l.Rate = 31, dec("2") })}, nil, Options{Fresh: true},
			[]string{`points_ledger "A": different rate: want 1, got 2`}},
		{"a basis that is not the order's", []LedgerLine{line(func(l *LedgerLine) { l.BasisAmount = dec("15.20") })},
			nil, Options{Fresh: true},
			[]string{`points_ledger "A": different basis_amount: want 15.36, got 15.2`}},
		{"rules by callback", []LedgerLine{line()}, nil, Options{RulesOf: func(string) (Rules, bool) {
			return Rules{Rate: dec("3"), Multiplier: dec("1"), Basis: BasisSubtotal}, true
		}}, []string{`points_ledger "A": ledger sum for customer C1: want 42, got 15`}},
		{"moved to another customer", []LedgerLine{line(), second("transfer", -15),
			line(func(l *LedgerLine) { l.CustomerID, l.Revision, l.Kind = "C2", 3, "transfer" })},
			func(a *Actual) {
				a.Customers["C2"] = Customer{CustomerID: "C2"}
				edit(a.Orders, "A", func(o *Order) { o.CustomerID = some("C2") })
				a.Balances = map[string]Balance{"C1": {}, "C2": {Balance: 15, Lifetime: 15}}
			}, Options{}, nil},
		{"of an order that is not there", []LedgerLine{line(), line(func(l *LedgerLine) { l.OrderID = "Z" })}, nil,
			Options{},
			[]string{`points_ledger "Z": ledger sum for customer C1: want 0, got 15`}},
		{"order removed, not reversed", []LedgerLine{line()}, func(a *Actual) {
			edit(a.Orders, "A", func(o *Order) { o.Status = StatusRemoved })
		}, Options{}, []string{`points_ledger "A": ledger sum for customer C1: want 0, got 15`}},
		{"unknown words",
			[]LedgerLine{line(func(l *LedgerLine) { l.Terms = `{"basis": "net"}` }), second("gift", 0)}, nil,
			Options{},
			[]string{
				`points_ledger "A": ledger kind: want [award refund void transfer correction], got gift`,
				`points_ledger "A": ledger points: want not 0, got 0`,
				`points_ledger "A": ledger terms: want basis total or subtotal, got {"basis": "net"}`,
			}},
		{"balance off", []LedgerLine{line()}, func(a *Actual) { a.Balances["C1"] = Balance{Balance: 14, Lifetime: 15} },
			Options{},
			[]string{`points_balances "C1": balance balance: want 15, got 14`}},
		{"lifetime off", []LedgerLine{line()},
			func(a *Actual) { a.Balances["C1"] = Balance{Balance: 15, Lifetime: 20} }, Options{},
			[]string{`points_balances "C1": balance lifetime: want 15, got 20`}},
		{"balance missing", []LedgerLine{line()}, func(a *Actual) { clear(a.Balances) }, Options{},
			[]string{`points_balances "C1": balance balance: want 15, got no row`}},
		{"balance of no customer", []LedgerLine{line()}, func(a *Actual) { a.Balances["X"] = Balance{} }, Options{},
			[]string{`points_balances "X": balance balance: want no row, got 0`}},
	}
	for _, test := range tests {
		settings := plain()
		actual := mirror(Expect(storeSource(), settings))
		actual.Ledger = test.ledger
		actual.Balances = map[string]Balance{}
		for _, l := range test.ledger {
			sum := actual.Balances[l.CustomerID].Balance + l.Points
			actual.Balances[l.CustomerID] = Balance{Balance: sum, Lifetime: sum}
		}
		if test.change != nil {
			test.change(actual)
		}
		equal(t, test.name, lines(Ledger(settings, actual, test.options)), test.want)
	}
}

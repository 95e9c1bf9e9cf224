package oracle

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/shopspring/decimal"
)

// ledgerKinds are the kinds of ledger lines.
var ledgerKinds = []string{"award", "refund", "void", "transfer", "correction"}

// Ledger checks the points ledger and the balances against the store's own orders and customers, after a points pass.
func Ledger(settings Settings, actual *Actual, options Options) []Difference {
	var out []Difference
	orders := linesByOrder(ofOrders(actual.Ledger))
	for id, lines := range orders {
		out = append(out, checkLines(id, lines)...)
		if options.Fresh {
			out = append(out, checkFresh(actual.Orders[id], lines, settings.Today())...)
		}
	}
	out = append(out, checkDue(settings, actual, orders, options)...)
	out = append(out, checkBalances(actual)...)
	sortDifferences(out)
	return out
}

// otherKinds are the kinds of lines that are of no order: they count for a balance, and not for a lifetime.
var otherKinds = []string{"enrollment", "expiry", "adjustment", "write_off"}

func ofOrders(ledger []LedgerLine) (lines []LedgerLine) {
	for _, line := range ledger {
		if !slices.Contains(otherKinds, line.Kind) {
			lines = append(lines, line)
		}
	}
	return lines
}

// linesByOrder groups the ledger by order, each order's lines by revision.
func linesByOrder(ledger []LedgerLine) map[string][]LedgerLine {
	out := map[string][]LedgerLine{}
	for _, line := range ledger {
		id := orderAt(line.OrderID, line.LocationID)
		out[id] = append(out[id], line)
	}
	for _, lines := range out {
		sort.Slice(lines, func(i, j int) bool { return lines[i].Revision < lines[j].Revision })
	}
	return out
}

// checkLines checks what must hold of one order's lines by themselves.
func checkLines(id string, lines []LedgerLine) []Difference {
	var out []Difference
	problem := func(field string, want, got any) {
		out = append(out, ledgerProblem(id, field, want, got))
	}
	for i, line := range lines {
		if line.Revision != int64(i+1) {
			problem("revision", i+1, line.Revision)
		}
		if line.Points == 0 && !slices.Contains([]string{"award", "correction", "transfer"}, line.Kind) {
			problem("points", "not 0", 0)
		}
		if !slices.Contains(ledgerKinds, line.Kind) {
			problem("kind", ledgerKinds, line.Kind)
		}
		if (line.Kind == "award") != (i == 0) {
			problem("kind", "award on the first line and no other", fmt.Sprintf("%s on line %d", line.Kind, i+1))
		}
		terms := termsOf(line)
		if terms.Basis != BasisTotal && terms.Basis != BasisSubtotal {
			problem("terms", "basis total or subtotal", line.Terms)
		}
		if line.Kind == "award" && terms.Cap == nil && !awardFits(line) {
			problem("points", "basis_amount × rate × multiplier", line.Points)
		}
	}
	return out
}

// terms are what the oracle reads of a line's.
type terms struct {
	Basis string `json:"basis"`
	Cap   *int64 `json:"cap"`
	// Version is that of the rules.
	Version int64 `json:"version"`
	// Reason is why a customer is not enrolled.
	Reason string `json:"reason"`
	// Rule is the text form of an earlier program: the basis, and what else there was.
	Rule string `json:"rule"`
}

func termsOf(line LedgerLine) (t terms) {
	// What is no JSON has no basis.
	_ = json.Unmarshal([]byte(line.Terms), &t)
	if t.Rule != "" {
		t.Basis, _, _ = strings.Cut(t.Rule, " ")
	}
	return t
}

func ledgerProblem(key, field string, want, got any) Difference {
	return Difference{"points_ledger", key, ProblemLedger, field, fmt.Sprint(want), fmt.Sprint(got)}
}

// awardFits reports whether an award's points follow from its own basis, which is rounded to cents: they may be off by
// half a point for their own rounding and half a cent's worth for the basis's.
func awardFits(line LedgerLine) bool {
	worth := line.Rate.Mul(line.Multiplier)
	exact := line.BasisAmount.Mul(worth)
	slack := decimal.RequireFromString("0.5").Add(worth.Abs().Mul(decimal.RequireFromString("0.005")))
	return exact.Sub(decimal.NewFromInt(line.Points)).Abs().LessThanOrEqual(slack)
}

// checkFresh checks an order that was awarded once, under the settings' rules.
func checkFresh(order Order, lines []LedgerLine, rules Rules) []Difference {
	id, line := lines[0].OrderID, lines[0]
	if len(lines) > 1 {
		return []Difference{ledgerProblem(id, "lines", 1, len(lines))}
	}
	exact := net(order, rules.Basis)
	basis := decimal.New(roundHalfUp(exact.Mul(exact, big.NewRat(100, 1))), -2)
	return diffCells("points_ledger", id,
		[]cell{
			{"rate", showNumber(rules.Rate)}, {"multiplier", showNumber(rules.Multiplier)}, {"basis", rules.Basis},
			{"basis_amount", showNumber(basis)},
		},
		[]cell{
			{"rate", showNumber(line.Rate)}, {"multiplier", showNumber(line.Multiplier)},
			{"basis", termsOf(line).Basis},
			{"basis_amount", showNumber(line.BasisAmount)},
		})
}

// sums adds the ledger up for each order and customer.
func sums(ledger []LedgerLine) map[PointsKey]int64 {
	out := map[PointsKey]int64{}
	for _, line := range ledger {
		out[PointsKey{orderAt(line.OrderID, line.LocationID), line.CustomerID}] += line.Points
	}
	return out
}

// rulesOf are the rules under which an order with these lines earns.
func rulesOf(id string, lines []LedgerLine, settings Settings, options Options) Rules {
	if len(lines) == 0 {
		return settings.Today()
	}
	if options.RulesOf != nil {
		if rules, ok := options.RulesOf(id); ok {
			return rules
		}
	}
	latest := lines[len(lines)-1]
	return Rules{Rate: latest.Rate, Multiplier: latest.Multiplier, Basis: termsOf(latest).Basis}
}

// checkDue compares what the ledger holds for each order and customer with what is due.
func checkDue(settings Settings, actual *Actual, lines map[string][]LedgerLine, options Options) []Difference {
	want := map[PointsKey]int64{}
	for id, order := range actual.Orders {
		_, known := actual.Customers[order.CustomerID.String]
		want[PointsKey{id, order.CustomerID.String}] = Due(order, known, rulesOf(id, lines[id], settings, options))
	}
	return diffSums(want, sums(ofOrders(actual.Ledger)))
}

// diffSums compares sums of points; a missing one is 0.
func diffSums(want, got map[PointsKey]int64) []Difference {
	var out []Difference
	for key, sum := range got {
		if sum != want[key] {
			out = append(out, ledgerProblem(key.OrderID, "sum for customer "+key.CustomerID, want[key], sum))
		}
	}
	for key, due := range want {
		if _, held := got[key]; !held && due != 0 {
			out = append(out, ledgerProblem(key.OrderID, "sum for customer "+key.CustomerID, due, "no line"))
		}
	}
	return out
}

// diffPoints compares the ledger of a fresh store with the points expected from the source.
func diffPoints(expected Expected, actual *Actual, options Options) []Difference {
	if !options.Fresh {
		return nil
	}
	out := diffSums(expected.Points, sums(ofOrders(actual.Ledger)))
	sortDifferences(out)
	return out
}

// checkBalances compares the balances with the ledger's sums.
func checkBalances(actual *Actual) []Difference {
	want, earned := map[string]int64{}, map[string]int64{}
	for _, line := range actual.Ledger {
		want[line.CustomerID] += line.Points
		if !slices.Contains(otherKinds, line.Kind) {
			earned[line.CustomerID] += line.Points
		}
	}
	var out []Difference
	for customer, sum := range want {
		balance, held := actual.Balances[customer]
		switch {
		case !held:
			out = append(out, balanceProblem(customer, "balance", showInt(sum), "no row"))
		case balance.Balance != sum:
			out = append(out, balanceProblem(customer, "balance", showInt(sum), showInt(balance.Balance)))
		case balance.Lifetime != earned[customer]:
			out = append(out, balanceProblem(customer, "lifetime", showInt(earned[customer]),
				showInt(balance.Lifetime)))
		}
	}
	for customer, balance := range actual.Balances {
		if _, known := want[customer]; !known {
			out = append(out, balanceProblem(customer, "balance", "no row", showInt(balance.Balance)))
		}
	}
	return out
}

func balanceProblem(customer, field, want, got string) Difference {
	return Difference{"points_balances", customer, ProblemBalance, field, want, got}
}

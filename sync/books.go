package sync

import (
	"slices"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// account is what the ledger holds of one order.
type account struct {
	lines []blackbird.Line
	// latest is the last line: its rate, multiplier and basis are the order's.
	latest blackbird.Line
}

func openAccount(lines []blackbird.Line) (a account) {
	a.lines = lines
	if len(lines) > 0 {
		a.latest = lines[len(lines)-1]
	}
	return a
}

// held is how many points a customer has for the order.
func (a *account) held(customer string) (points int64) {
	for i := range a.lines {
		if a.lines[i].CustomerID == customer {
			points += a.lines[i].Points
		}
	}
	return points
}

// others are the customers besides one that lines speak of.
func (a *account) others(than string) (customers []string) {
	for i := range a.lines {
		if customer := a.lines[i].CustomerID; customer != than {
			customers = append(customers, customer)
		}
	}
	slices.Sort(customers)
	return slices.Compact(customers)
}

// settleOrder returns the lines that the order's due points differ by from those the ledger holds; none where they do not. The account is the
// customer's, at this order.
func settleOrder(o *blackbird.LedgerOrder, of *loyalty.Account, today bool) (lines []blackbird.Line) {
	a := openAccount(o.Lines)
	f := facts(o)
	due, terms := of.Next(&f, a.terms(today))
	add := func(customer string, kind model.LineKind, points int64) {
		a.latest.Revision++
		lines = append(lines, blackbird.Line{
			OrderID: o.ID, CustomerID: customer, Revision: a.latest.Revision, Kind: kind, Points: points,
			BasisAmount: model.Cents(due.Basis), Rate: terms.Rate, Multiplier: terms.Multiplier, Rule: terms.Rule(),
		})
	}
	moved := false
	for _, customer := range a.others(o.CustomerID) {
		if points := a.held(customer); points != 0 {
			add(customer, lossKind(o, due), -points)
			moved = true
		}
	}
	if delta := due.Points - a.held(o.CustomerID); delta != 0 {
		add(o.CustomerID, gainKind(o, &a, delta, moved), delta)
	}
	return lines
}

// terms are those of the order's last line, nil where there is none, or today's are to stand.
func (a *account) terms(today bool) *loyalty.Terms {
	if a.latest.Revision == 0 || today {
		return nil
	}
	terms := loyalty.ParseTerms(a.latest.Rate, a.latest.Multiplier, a.latest.Rule)
	return &terms
}

// facts are what the rules need to know of an order.
func facts(o *blackbird.LedgerOrder) loyalty.Order {
	known := o.CustomerID != "" && o.Known
	return loyalty.Order{
		Earning:  known && o.Status.Earns(),
		Sold:     known && o.Status.Sold(),
		At:       o.OrderedAt,
		Customer: o.CustomerID,
		Location: o.LocationID,
		Status:   string(o.Status),
		Subtotal: int64(o.Subtotal),
		Tax:      int64(o.Tax),
		Total:    int64(o.Total),
		Refunded: int64(o.RefundedTotal),
	}
}

// lossKind says why another customer than the order's present one loses its points.
func lossKind(o *blackbird.LedgerOrder, due loyalty.Due) model.LineKind {
	if due.Points > 0 {
		return model.LineTransfer
	}
	return changeKind(o, -1)
}

// gainKind says why the order's customer gains, or loses, points.
func gainKind(o *blackbird.LedgerOrder, a *account, delta int64, moved bool) model.LineKind {
	switch {
	case a.latest.Revision == 0:
		return model.LineAward
	case moved:
		return model.LineTransfer
	}
	return changeKind(o, delta)
}

// changeKind says what an order's status makes of a change of its points.
func changeKind(o *blackbird.LedgerOrder, delta int64) model.LineKind {
	if delta > 0 {
		return model.LineCorrection
	}
	switch o.Status {
	case model.OrderRefunded, model.OrderPartiallyRefunded:
		return model.LineRefund
	case model.OrderCompleted:
		return model.LineCorrection
	}
	return model.LineVoid
}

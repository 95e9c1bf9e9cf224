package loyalty

import (
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// History follows one customer's orders in the order of their times: tiers and daily caps depend on the orders before.
// Where Rules.NeedsHistory is false, it takes any orders in any order.
type History struct {
	rules *Rules
	// lifetime is what the orders so far earned, refunds not taken off; today is the part of it that the orders of day
	// earned.
	lifetime, today int64
	day             Date
}

// NewHistory returns the history of a customer without orders. The rules come from Rules.Ready.
func NewHistory(r *Rules) *History { return &History{rules: r} }

// Lines returns the lines that the ledger lacks of the customer's next order; none where it holds what the order is
// owed.
//
// An order that has lines keeps the terms of the last one, so that a refund takes back what the award gave. With
// rejudge it gets the terms of today's rules.
//
// Points that the ledger holds for former customers of the order are taken from them first.
func (h *History) Lines(o *Order, rejudge bool) (lines []model.LedgerLine) {
	var held *Terms
	var revision int64
	if n := len(o.Lines); n > 0 {
		last := &o.Lines[n-1]
		revision = last.Revision
		if !rejudge {
			terms := ParseTerms(last.Rate, last.Multiplier, last.Rule)
			held = &terms
		}
	}
	award, terms := h.next(o, held)
	add := func(customer string, kind model.LineKind, points int64) {
		revision++
		lines = append(lines, model.LedgerLine{
			OrderID: o.ID, CustomerID: customer, Revision: revision, Kind: kind, Points: points,
			BasisAmount: award.Basis, Rate: terms.Rate, Multiplier: terms.Multiplier, Rule: terms.Rule(),
		})
	}
	for _, customer := range o.formerCustomers() {
		points := o.held(customer)
		switch {
		case points == 0:
		case award.Points > 0:
			add(customer, model.LineTransfer, -points)
		default:
			add(customer, changeKind(o.Status, -1), -points)
		}
	}
	transferred := len(lines) > 0
	if delta := award.Points - o.held(o.CustomerID); delta != 0 {
		kind := changeKind(o.Status, delta)
		switch {
		case len(o.Lines) == 0:
			kind = model.LineAward
		case transferred:
			kind = model.LineTransfer
		}
		add(o.CustomerID, kind, delta)
	}
	return lines
}

// changeKind returns the kind of a line that changes the points of an order with the given status.
func changeKind(status model.OrderStatus, points int64) model.LineKind {
	switch {
	case points > 0, status == model.OrderCompleted:
		return model.LineCorrection
	case status.Sold():
		return model.LineRefund
	}
	return model.LineVoid
}

// next returns what the next order is owed, and by which terms: the held ones, if any, unless they come from the same
// rules. Under the same rules the answer depends on the orders alone, and so never on when it is asked for.
func (h *History) next(o *Order, held *Terms) (Award, Terms) {
	if h.rules.Cap.Day > 0 {
		if day := DateOf(o.OrderedAt.In(h.rules.zone())); day != h.day {
			h.day, h.today = day, 0
		}
	}
	var terms Terms
	if held != nil && (held.Rules != h.rules.fingerprint || h.rules.fingerprint == "") {
		terms = *held
	} else {
		terms = h.rules.Judge(o, h.lifetime, h.today)
	}
	if h.rules.NeedsHistory() && o.Earned() {
		unrefunded := *o
		unrefunded.Status, unrefunded.RefundedTotal = model.OrderCompleted, 0
		points := terms.Award(&unrefunded).Points
		h.lifetime += points
		h.today += points
	}
	return terms.Award(o), terms
}

package loyalty

import (
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// History follows one customer's orders in the order of their times: tiers and daily caps depend on the orders before.
// Where Rules.NeedsHistory is false, it takes any orders in any order.
type History struct {
	rules *Rules
	// lifetime is what the orders so far earned, refunds not taken off; today is the part of it from the orders of day.
	lifetime, today int64
	day             Date
}

// NewHistory returns the history of a customer without orders. The rules come from Rules.Ready.
func NewHistory(r *Rules) *History { return &History{rules: r} }

// next returns what the next order is owed, and by which terms: the held ones, if any, unless they come from the same
// rules. Under the same rules the answer depends on the orders alone, and so never on when it is asked for.
func (h *History) next(o *model.LedgerOrder, held *Terms) (Award, Terms) {
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
	if h.rules.NeedsHistory() && o.CustomerID != "" && o.Known && o.Status.Sold() {
		unrefunded := *o
		unrefunded.Status, unrefunded.RefundedTotal = model.OrderCompleted, 0
		points := terms.Award(&unrefunded).Points
		h.lifetime += points
		h.today += points
	}
	return terms.Award(o), terms
}

// Lines returns the lines that the ledger lacks of the customer's next order.
//
// An order that has lines keeps the terms of the last one, even under new rules, so that a refund takes back what the
// award gave. With rejudge it gets the terms of today's rules.
//
// Points that the ledger holds for former customers of the order are taken from them first.
func (h *History) Lines(o *model.LedgerOrder, rejudge bool) (lines []model.LedgerLine) {
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
			OrderID: o.ID, LocationID: o.LocationID, CustomerID: customer, Revision: revision, Kind: kind, Points: points,
			BasisAmount: award.Basis, Rate: terms.Rate, Multiplier: terms.Multiplier, Rule: terms.Rule(),
		})
	}
	for _, customer := range formerCustomers(o) {
		points := pointsHeld(o, customer)
		switch {
		case points == 0:
		case award.Points > 0:
			add(customer, model.LineTransfer, -points)
		default:
			add(customer, changeKind(o.Status, -1), -points)
		}
	}
	transferred := len(lines) > 0
	if delta := award.Points - pointsHeld(o, o.CustomerID); delta != 0 {
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

// EnrollmentLine returns the line that the ledger lacks of a customer's enrollment; false where it lacks none. Points
// that were given stay as they are; with rejudge they become what today's rules give.
func (r *Rules) EnrollmentLine(c *model.EnrollmentCandidate, rejudge bool) (line model.LedgerLine, owed bool) {
	if c.Revision > 0 && !rejudge {
		return line, false
	}
	points := r.Enrollment.Points
	if from := r.Enrollment.From; !from.IsZero() && c.Since.Before(from.In(r.zone())) {
		points = 0
	}
	if points -= c.Held; points == 0 {
		return line, false
	}
	rule := ruleSince(model.LineEnrollment, c.Since)
	line = lineWithoutOrder(model.LineEnrollment, model.EnrollmentID(c.CustomerID), c.CustomerID, points, rule)
	line.Revision = c.Revision + 1
	return line, true
}

// AdjustmentLine returns the line of points that a person gives a customer in a pass, or takes where they are negative.
func AdjustmentLine(customer string, points int64, reason string, pass int64) model.LedgerLine {
	return lineWithoutOrder(model.LineAdjustment, model.AdjustmentID(pass), customer, points, adjustmentRule(reason))
}

// lineWithoutOrder returns the first line of its id.
func lineWithoutOrder(kind model.LineKind, id, customer string, points int64, rule string) model.LedgerLine {
	return model.LedgerLine{
		OrderID: id, CustomerID: customer, Revision: 1, Kind: kind, Points: points,
		Rate: decimal.Zero, Multiplier: decimal.NewFromInt(1), Rule: rule,
	}
}

package loyalty

import (
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Lines returns the lines that the ledger lacks of the customer's next order; none where it holds what the order is
// owed.
//
// An order that has lines keeps the terms of the last one, even under new rules, so that a refund takes back what the
// award gave. With rejudge it gets the terms of today's rules.
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

// AdjustmentLine returns the line of points that a person gives a customer, or takes where they are negative, in a
// pass.
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

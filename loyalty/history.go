package loyalty

import "github.com/blackbirdctl/blackbirdctl/internal/model"

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

package loyalty

import (
	"slices"
	"strconv"
	"strings"
	"time"

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
// award gave. With rejudge it gets the terms of today's rules. Where its terms change, what the order's own changes are
// worth is calculated by the terms it had, and a correction brings it to the new ones: no refund is named that is none.
//
// Points that the ledger holds for former customers of the order are taken from them first.
func (h *History) Lines(o *model.LedgerOrder, rejudge bool) []model.LedgerLine {
	if len(o.Lines) == 0 {
		award, terms := h.next(o, nil)
		lines := orderLines{order: o, cache: h.rules.cache}
		if award.Points != 0 {
			lines.add(o.CustomerID, model.LineAward, award.Points, award, &terms)
		}
		return lines.added
	}
	last := &o.Lines[len(o.Lines)-1]
	kept := h.rules.cache.parse(last.Terms)
	held := &kept
	if rejudge {
		held = nil
	}
	award, terms := h.next(o, held)
	former := formerCustomers(o)
	if award.Points == pointsHeld(o, o.CustomerID) &&
		!slices.ContainsFunc(former, func(customer string) bool { return pointsHeld(o, customer) != 0 }) {
		return nil
	}
	lines := orderLines{order: o, cache: h.rules.cache, revision: last.Revision}
	before := kept.Award(o)
	if before.Points == award.Points {
		lines.follow(former, award, &terms)
		return lines.added
	}
	lines.follow(former, before, &kept)
	lines.add(o.CustomerID, model.LineCorrection, award.Points-before.Points, award, &terms)
	return lines.added
}

// orderLines are lines that are being added to an order's.
type orderLines struct {
	order    *model.LedgerOrder
	cache    *termsCache
	revision int64
	added    []model.LedgerLine
}

func (l *orderLines) add(customer string, kind model.LineKind, points int64, award Award, terms *Terms) {
	l.revision++
	texts := l.cache.textsOf(terms)
	l.added = append(l.added, model.LedgerLine{
		Source: model.SourceOrder, SourceID: l.order.ID, LocationID: l.order.LocationID, CustomerID: customer,
		Revision: l.revision, Kind: kind, Points: points, EffectiveAt: l.order.OrderedAt, BasisAmount: award.Basis,
		Rate: terms.Rate, Multiplier: terms.Multiplier, Rule: texts.rule, Terms: texts.json,
	})
}

// follow adds the lines by which the order's points follow its changes, under terms that have not changed.
func (l *orderLines) follow(former []string, award Award, terms *Terms) {
	o := l.order
	for _, customer := range former {
		points := pointsHeld(o, customer)
		switch {
		case points == 0:
		case award.Points > 0:
			l.add(customer, model.LineTransfer, -points, award, terms)
		default:
			l.add(customer, changeKind(o, -1), -points, award, terms)
		}
	}
	if delta := award.Points - pointsHeld(o, o.CustomerID); delta != 0 {
		kind := changeKind(o, delta)
		if len(l.added) > 0 {
			kind = model.LineTransfer
		}
		l.add(o.CustomerID, kind, delta, award, terms)
	}
}

// changeKind returns the kind of a line that changes the points of an order, whose terms have not changed.
func changeKind(o *model.LedgerOrder, points int64) model.LineKind {
	switch {
	case points > 0, o.Status == model.OrderCompleted, o.Status.Earns() && ObstacleOf(o) != NoObstacle:
		return model.LineCorrection
	case o.Status.Sold():
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
	line = lineWithoutOrder(model.LineEnrollment, c.CustomerID, c.CustomerID, points, c.Since)
	line.Revision = c.Revision + 1
	return line, true
}

// AdjustmentLine returns the line of points that a person gives a customer in a pass, or takes where they are negative.
func AdjustmentLine(customer string, points int64, reason string, pass int64, at time.Time) model.LedgerLine {
	line := lineWithoutOrder(model.LineAdjustment, strconv.FormatInt(pass, 10), customer, points, at)
	terms := storedTerms{Reason: strings.ToValidUTF8(reason, "\uFFFD")}
	line.Terms, line.Rule = terms.text(), string(model.LineAdjustment)+", reason "+terms.Reason
	return line
}

// lineWithoutOrder returns the first line of a source that is no order, whose kind has the name of the source's.
func lineWithoutOrder(kind model.LineKind, id, customer string, points int64, at time.Time) model.LedgerLine {
	return model.LedgerLine{
		Source: model.SourceKind(kind), SourceID: id, CustomerID: customer, Revision: 1, Kind: kind, Points: points,
		EffectiveAt: at, Rate: decimal.Zero, Multiplier: one, Rule: ruleSince(kind, at), Terms: "{}",
	}
}

package loyalty

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Lines returns the lines that the ledger lacks of the next order.
//
// An order that is judged for the first time gets an award, also of 0: its terms are kept. From then on its lines sum
// up to what its terms give for what is left of it, its cap included. Points that the ledger holds for former customers
// are taken from them first; the order then earns by its new customer's history. What the order's own changes are worth
// is calculated by the terms it had, and where these change, a correction brings it to the new ones: no refund is named
// that is none.
//
// Terms that the last line cannot have been written by were damaged, or changed by hand. They say nothing of what the
// order earned, so it keeps its points until it is judged anew. Damaged reports it.
func (h *History) Lines(o *model.LedgerOrder, rejudge Rejudge) []model.LedgerLine {
	h.begin(o)
	lines := orderLines{order: o, cache: h.cache}
	h.damaged = false
	if len(o.Lines) == 0 {
		terms := h.terms(o, nil, rejudge != RejudgeNone)
		h.remember(o, &terms)
		if judged(o) {
			award := terms.Award(o)
			lines.add(o.CustomerID, model.LineAward, award.Points, award, &terms)
		}
		return lines.added
	}
	last := &o.Lines[len(o.Lines)-1]
	held, anew := h.cache.parse(last.Terms), rejudge != RejudgeNone
	damaged, by := !h.wrote(&held, o), &held
	if damaged {
		by = nil
	}
	terms := h.terms(o, by, anew)
	h.remember(o, &terms)
	if damaged {
		if h.damaged = !anew && ObstacleOf(o) == NoObstacle; h.damaged {
			return nil
		}
		held = terms
	}
	lines.revision = last.Revision
	lines.correct(&held, &terms)
	keeps := damaged || rejudge == RejudgeNamed && terms.Version != held.Version
	if keeps && len(lines.added) == 0 && judged(o) {
		lines.add(o.CustomerID, model.LineCorrection, 0, terms.Award(o), &terms)
	}
	return lines.added
}

// Damaged reports whether the order that Lines was last called for keeps its points since its terms are damaged.
func (h *History) Damaged() bool { return h.damaged }

// wrote reports whether an order's last line can have been written by the terms that it has: its columns say the same,
// it is not older than the version, and orders can have such terms under that.
func (h *History) wrote(t *Terms, o *model.LedgerOrder) bool {
	last := &o.Lines[len(o.Lines)-1]
	if !t.Rate.Equal(last.Rate) || !t.Multiplier.Equal(last.Multiplier) {
		return false
	}
	if v := h.versions.numbered(t.Version); v != nil {
		return v.FirstPass <= last.PassID && v.Rules.canJudge(t)
	}
	var points int64
	for i := range o.Lines {
		points += o.Lines[i].Points
	}
	return !t.Capped || points <= t.Cap
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

// correct adds the lines that the ledger lacks of an order that has lines, given the terms of the last one and its
// terms now.
func (l *orderLines) correct(held, terms *Terms) {
	o := l.order
	award := terms.Award(o)
	for _, customer := range formerCustomers(o) {
		points := pointsHeld(o, customer)
		switch {
		case points == 0:
		case ObstacleOf(o) == NoObstacle:
			l.add(customer, model.LineTransfer, -points, award, held)
		default:
			l.add(customer, changeKind(o, -1), -points, award, held)
		}
	}
	has := pointsHeld(o, o.CustomerID)
	if award.Points == has {
		ofCustomer := func(line model.LedgerLine) bool { return line.CustomerID == o.CustomerID }
		if judged(o) && !slices.ContainsFunc(o.Lines, ofCustomer) {
			// The order is activity of its new customer. Once it is given to another one, this line is how passes know.
			l.add(o.CustomerID, model.LineTransfer, 0, award, terms)
		}
		return
	}
	before := held.Award(o)
	switch kind := changeKind(o, award.Points-has); {
	case len(l.added) > 0:
		l.add(o.CustomerID, model.LineTransfer, award.Points-has, award, terms)
	case before.Points == award.Points, o.CustomerID != o.Lines[len(o.Lines)-1].CustomerID:
		l.add(o.CustomerID, kind, award.Points-has, award, terms)
	default:
		if before.Points != has {
			l.add(o.CustomerID, changeKind(o, before.Points-has), before.Points-has, before, held)
		}
		l.add(o.CustomerID, model.LineCorrection, award.Points-before.Points, award, terms)
		l.added[len(l.added)-1].Rule += terms.changesFrom(held)
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

package loyalty

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// History follows customers' orders, one customer after the other, each one's in the order of their times: tiers and
// daily caps depend on the orders before. Where Versions.NeedsHistory is false, it takes any orders in any order.
//
// What an order earns depends on the orders and on the version that it was judged by, and never on when it is asked
// for.
type History struct {
	versions     Versions
	today        *Version
	needsHistory bool
	cache        *termsCache
	// likeToday are the versions under which orders earn as they do today; rejudged says that an order was judged anew
	// that had been judged by another one.
	likeToday map[*Version]bool
	rejudged  bool
	damaged   bool

	customer string
	// past are the customer's orders so far that had been completed, and earned is what they had earned when the next
	// one was made.
	past   []pastOrder
	earned int64
	// refunds are those of past orders that have not been taken off yet, in the order of their times.
	refunds []pastRefund
}

type pastOrder struct {
	order model.LedgerOrder
	terms Terms
	// given is what refund tickets have given back so far, points what the order is worth after that.
	given  model.Cents
	points int64
}

type pastRefund struct {
	model.TicketRefund
	// of is the order's place among the past ones.
	of int
}

// NewHistory returns a history without orders, at a present, which says what today's rules are. One goroutine may use
// it.
func NewHistory(versions Versions, present time.Time) *History {
	h := &History{
		versions: versions, today: versions.At(present), needsHistory: versions.NeedsHistory(), cache: newTermsCache(),
		likeToday: make(map[*Version]bool),
	}
	for i := range versions {
		h.likeToday[&versions[i]] = versions[i].Rules.ofOrders() == h.today.Rules.ofOrders()
	}
	return h
}

// Rejudged returns the number of the version that today's rules are, and whether they judged an order anew that had
// been judged by others.
func (h *History) Rejudged() (today int64, rejudged bool) { return h.today.Number, h.rejudged }

// Rejudge says which orders get the terms of today's rules though they were judged before.
type Rejudge uint8

// None keep their terms, or all orders get new ones, or some do, as a person has named them: these get a line of 0
// where nothing else tells that they have.
const (
	RejudgeNone Rejudge = iota
	RejudgeAll
	RejudgeNamed
)

// terms returns the terms of the customer's next order: by today's rules where it is judged anew, else by the version
// that it was judged by, or if it never was, by the one in force when it was made. Held terms of no known version stay.
func (h *History) terms(o *model.LedgerOrder, held *Terms, rejudge bool) Terms {
	v := h.versions.At(o.OrderedAt)
	if held != nil {
		v = h.versions.judging(held.Version, o.Lines[len(o.Lines)-1].PassID)
	}
	switch {
	case rejudge:
		h.rejudged = h.rejudged || held != nil && !h.likeToday[v]
		v = h.today
	case v == nil:
		return *held
	}
	if !v.Rules.NeedsHistory() {
		return v.Judge(o, 0, 0)
	}
	h.catchUp(o.OrderedAt)
	zone := v.Rules.zone()
	at := o.OrderedAt.In(zone)
	var earned int64
	switch v.Rules.TierWindow {
	case WindowCalendarYear:
		earned = h.earnedSince(Date{Year: at.Year(), Month: time.January, Day: 1}.In(zone))
	case WindowRolling12Months:
		earned = h.earnedSince(at.AddDate(0, -12, 0))
	case WindowLifetime, "":
		earned = h.earned
	}
	return v.Judge(o, earned, h.earnedSince(DateOf(at).In(zone)))
}

// earnedSince returns what the orders since a moment had earned.
func (h *History) earnedSince(moment time.Time) (points int64) {
	for _, past := range slices.Backward(h.past) {
		if past.order.OrderedAt.Before(moment) {
			break
		}
		points += past.points
	}
	return points
}

// catchUp takes off what refunds had taken of the past orders before a moment. What was refunded later leaves the
// orders in between as they were judged.
func (h *History) catchUp(moment time.Time) {
	done := 0
	for ; done < len(h.refunds) && h.refunds[done].At.Before(moment); done++ {
		refund := &h.refunds[done]
		past := &h.past[refund.of]
		past.given += refund.Amount
		h.earned -= past.points
		past.points = past.worth()
		h.earned += past.points
	}
	h.refunds = slices.Delete(h.refunds, 0, done)
}

// remember adds an order to the past ones.
func (h *History) remember(o *model.LedgerOrder, terms *Terms) {
	if !h.needsHistory || !judged(o) {
		return
	}
	past := pastOrder{order: *o, terms: *terms}
	past.order.Lines = nil
	past.points = past.worth()
	h.earned += past.points
	for _, refund := range o.Refunds {
		i, _ := slices.BinarySearchFunc(h.refunds, refund, func(a pastRefund, b model.TicketRefund) int {
			return cmp.Or(a.At.Compare(b.At), -1)
		})
		h.refunds = slices.Insert(h.refunds, i, pastRefund{refund, len(h.past)})
	}
	h.past = append(h.past, past)
}

// worth returns the order's points after its own refund, which has no time, and what tickets have given back so far.
func (p *pastOrder) worth() int64 {
	o := &p.order
	o.Status, o.RefundedTotal = model.AfterRefunds(model.OrderCompleted, o.Total, o.OwnRefund, p.given)
	return p.terms.Award(o).Points
}

// judged reports whether an order is judged: one that had been completed, of a known customer.
func judged(o *model.LedgerOrder) bool { return o.CustomerID != "" && o.Known && o.Status.Sold() }

// begin begins a customer's history, where an order is another's than the one before.
func (h *History) begin(o *model.LedgerOrder) {
	if o.CustomerID != h.customer {
		h.customer, h.past, h.refunds, h.earned = o.CustomerID, h.past[:0], h.refunds[:0], 0
	}
}

package loyalty

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Lines returns the lines that the ledger lacks of one customer's expiries and write-offs. The events are all of the
// customer's, in any order, and refunded the orders of which tickets have given back something: they are needed where
// MayWriteOff. Where the ledger has more than it should, a line gives it back.
func (b *Balances) Lines(events []model.BalanceEvent, refunded []model.LedgerOrder) (lines []model.LedgerLine) {
	if len(b.rules) == 0 {
		return nil
	}
	// lacking is what the ledger lacks of an expiry, by the last day on which the points were valid.
	lacking := make(map[Date]change)
	lack := func(day Date, at time.Time, points int64) {
		lacking[day] = change{at: at, points: lacking[day].points + points}
	}
	revisions := make(map[string]int64)
	var writtenOff int64
	for i := range events {
		e := &events[i]
		if e.Kind == model.LineExpiry {
			lack(b.heldDay(e), e.At, -e.Points)
		}
		if e.Kind == model.LineWriteOff {
			writtenOff += e.Points
		}
		revisions[e.SourceID] = max(revisions[e.SourceID], e.Revision)
	}
	expired, debts := b.follow(changesOf(events, refunded))
	for i := range expired {
		lack(b.lastDay(expired[i].at), expired[i].at, -expired[i].points)
	}
	customer := events[0].CustomerID
	add := func(line model.LedgerLine) {
		if line.Points != 0 {
			line.Revision = revisions[line.SourceID] + 1
			lines = append(lines, line)
		}
	}
	for _, day := range slices.SortedFunc(maps.Keys(lacking), Date.compare) {
		add(expiryLine(customer, day, lacking[day].at, lacking[day].points))
	}
	add(writeOffLine(customer, b.present, debts-writtenOff))
	return lines
}

// MayWriteOff reports whether something of one customer's is written off if what refunds took counts from the orders
// on: it counts from the refunds on, but nothing is written off then that is not so, too.
func (b *Balances) MayWriteOff(events []model.BalanceEvent) bool {
	if !slices.ContainsFunc(b.rules, func(r balanceRule) bool { return r.writesOff }) {
		return false
	}
	_, writtenOff := b.follow(changesOf(events, nil))
	return writtenOff > 0
}

// changesOf returns what has changed one customer's balance, without expiries and write-offs.
func changesOf(events []model.BalanceEvent, refunded []model.LedgerOrder) []change {
	changes := make([]change, 0, len(events))
	var enrolled, given int64
	// An enrollment's last line says since when the customer is one. If it gives points, it is activity.
	for i := range events {
		if e := &events[i]; e.Kind == model.LineEnrollment {
			enrolled, given = max(enrolled, e.Revision), given+e.Points
		}
	}
	for i := range events {
		e := &events[i]
		if e.Kind != model.LineExpiry && e.Kind != model.LineWriteOff {
			active := e.Active || e.Kind == model.LineEnrollment && e.Revision == enrolled && given > 0
			changes = append(changes, change{at: e.At, points: e.Points, active: active})
		}
	}
	for i := range refunded {
		changes = append(changes, untilRefunded(&refunded[i])...)
	}
	return changes
}

// untilRefunded returns from when to when points of an order were there that tickets have taken since. That makes no
// debt earlier than the refund. An order's own refund, which has no time, counts from the order on.
func untilRefunded(o *model.LedgerOrder) (changes []change) {
	past := pastOrder{order: *o, terms: ParseTerms(o.Lines[len(o.Lines)-1].Terms)}
	slices.SortFunc(o.Refunds, func(a, b model.TicketRefund) int { return a.At.Compare(b.At) })
	for _, refund := range o.Refunds {
		points := past.worth()
		past.given += refund.Amount
		if points -= past.worth(); refund.At.After(o.OrderedAt) {
			changes = append(changes, change{at: o.OrderedAt, until: points}, change{at: refund.At, until: -points})
		}
	}
	if past.worth() != pointsHeld(o, o.CustomerID) {
		return nil
	}
	return changes
}

// heldDay returns the last day on which points were valid that a line has taken. Its source names it; in a line of an
// earlier program it names the moment.
func (b *Balances) heldDay(e *model.BalanceEvent) (day Date) {
	text := e.SourceID[strings.LastIndexByte(e.SourceID, ':')+1:]
	if err := day.UnmarshalText([]byte(text)); err != nil || day.IsZero() {
		return b.lastDay(e.At)
	}
	return day
}

// expiryLine returns the line of points that were valid up to a day, or of those that are given back.
func expiryLine(customer string, day Date, at time.Time, points int64) model.LedgerLine {
	line := lineWithoutOrder(model.LineExpiry, model.ExpiryID(customer, day.String()), customer, points, at)
	line.Rule = "expiry, valid through " + day.String()
	if points > 0 {
		line.Rule = "expiry taken back, valid through " + day.String()
	}
	return line
}

// writeOffLine returns the line that brings a balance below 0 to 0, or of what was written off too much.
func writeOffLine(customer string, at time.Time, points int64) model.LedgerLine {
	line := lineWithoutOrder(model.LineWriteOff, model.WriteOffID(customer), customer, points, at)
	line.Source, line.Rule = model.SourceAdjustment, "write-off of a balance below 0"
	if points < 0 {
		line.Rule = "write-off taken back"
	}
	return line
}

// change is a change of a customer's balance, or of the rules for balances.
type change struct {
	at     time.Time
	points int64
	// until are points that the customer has until they are taken: they count for debts, and expire with no balance.
	until int64
	// active says that the days without activity begin anew.
	active bool
	// begins is the rule that comes into force, nil for none.
	begins *balanceRule
}

// follow returns a customer's expiries, and how many points are written off. The changes are in any order.
func (b *Balances) follow(changes []change) (expired []expiry, writtenOff int64) {
	for i := range b.rules {
		changes = append(changes, change{at: b.rules[i].from, begins: &b.rules[i]})
	}
	slices.SortFunc(changes, func(x, y change) int {
		rank := func(c change) int {
			if c.begins != nil {
				return 0
			}
			return 1
		}
		// Of what changes at one moment only the sum counts: what is taken comes last.
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(rank(x), rank(y)),
			cmp.Compare(y.points+y.until, x.points+x.until))
	})
	expired = b.expiries(changes)
	return expired, settle(changes, expired)
}

// settle sets how many points each expiry takes: what was there and was not spent afterwards, before the expiry became
// known. So no expiry makes a debt. It returns how many points are written off: as many as the balance has ever been
// below 0 under rules that write that off.
func settle(changes []change, expired []expiry) (writtenOff int64) {
	sums := make([]int64, len(changes)+1)
	for i := range changes {
		sums[i+1] = sums[i] + changes[i].points
	}
	lowest := slices.Clone(sums)
	for i := len(changes) - 1; i >= 0; i-- {
		lowest[i] = min(lowest[i], lowest[i+1])
	}
	var taken, until int64
	writesOff := false
	for i := range sums {
		if i > 0 {
			until += changes[i-1].until
		}
		if i > 0 && changes[i-1].begins != nil {
			writesOff = changes[i-1].begins.writesOff
		}
		if writesOff {
			writtenOff = max(writtenOff, taken-sums[i]-until)
		}
		for len(expired) > 0 && expired[0].before == i {
			expired[0].points = max(0, lowest[i]-taken+writtenOff)
			taken += expired[0].points
			expired = expired[1:]
		}
	}
	return writtenOff
}

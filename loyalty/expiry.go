package loyalty

import (
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// ExpiryLines returns the lines that the ledger lacks of one customer's expiries up to now. The events are all of the
// customer's, in any order.
//
// Moments at which the balance has been found to expire before stay, whatever has become known of the orders since.
func (r *Rules) ExpiryLines(events []model.BalanceEvent, now time.Time) (lines []model.LedgerLine) {
	var changes []change
	var known []time.Time
	written := make(map[string]struct{ points, revision int64 })
	for i := range events {
		e := &events[i]
		if e.Kind != model.LineExpiry {
			changes = append(changes,
				change{at: e.At, points: e.Points, order: e.Made || e.Kind == model.LineEnrollment})
			continue
		}
		of, again := written[e.SourceID]
		if !again {
			known = append(known, e.At)
		}
		of.points += e.Points
		of.revision = max(of.revision, e.Revision)
		written[e.SourceID] = of
	}
	for _, x := range r.expiries(changes, known, now) {
		customer := events[0].CustomerID
		id := model.ExpiryID(customer, x.at)
		if points := x.points - written[id].points; points != 0 {
			line := lineWithoutOrder(model.LineExpiry, id, customer, points, x.at)
			line.Revision = written[id].revision + 1
			lines = append(lines, line)
		}
	}
	return lines
}

// change is a change of a balance, at the time that it counts from. An order's points count from the order's time,
// whenever they were calculated.
type change struct {
	at     time.Time
	points int64
	// order says that the days without an order begin anew.
	order bool
}

// expiry is a moment at which a whole balance expired, and by how many points that changed it: not above 0.
type expiry struct {
	at     time.Time
	points int64
}

// expiries returns when and by how much a balance expired up to now. Known moments stay. It sorts the changes.
func (r *Rules) expiries(changes []change, known []time.Time, now time.Time) (expired []expiry) {
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	known = slices.SortedFunc(slices.Values(known), time.Time.Compare)
	var balance int64
	// lastOrder is zero where there is none, or the balance has expired since.
	var lastOrder time.Time
	expireUntil := func(to time.Time) {
		for {
			// The days without an order end by the store's calendar: an expiry keeps its hour when clocks are changed.
			end := lastOrder.In(r.zone()).AddDate(0, 0, r.ExpireAfterDays).UTC()
			at, due := end, !lastOrder.IsZero() && r.ExpireAfterDays > 0
			if len(known) > 0 && (!due || known[0].Before(at)) {
				at, due = known[0], true
			}
			if !due || at.After(to) {
				return
			}
			points := -max(0, balance)
			balance += points
			expired = append(expired, expiry{at: at, points: points})
			if len(known) > 0 && known[0].Equal(at) {
				known = known[1:]
			}
			if !end.After(at) {
				lastOrder = time.Time{}
			}
		}
	}
	for _, change := range changes {
		expireUntil(change.at)
		balance += change.points
		if change.order {
			lastOrder = change.at
		}
	}
	expireUntil(now)
	return expired
}

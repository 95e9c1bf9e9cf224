package loyalty

import (
	"slices"
	"time"
)

// Entry is a change of a customer's balance, or an order that changed nothing.
type Entry struct {
	At     time.Time
	Points int64
	// Order says that the days without an order begin anew.
	Order bool
}

// Expiry is a moment at which a whole balance expired, and by how many points it changed for that: not above 0.
type Expiry struct {
	At     time.Time
	Points int64
}

// Expiries says when a customer's balance expired up to now, and what of it. Moments at which it has been found to expire before stay, whatever
// has become known of the orders since: nothing undoes an expiry, and none takes what another took.
func (r *Rules) Expiries(entries []Entry, known []time.Time, now time.Time) []Expiry {
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	known = slices.Clone(known)
	slices.SortFunc(known, time.Time.Compare)
	c := clock{rules: r, known: known}
	for _, e := range entries {
		c.advance(e.At)
		c.balance += e.Points
		if e.Order {
			c.last = e.At
		}
	}
	c.advance(now)
	return c.expired
}

// clock runs through a customer's time.
type clock struct {
	rules   *Rules
	known   []time.Time
	balance int64
	// last is the last order, zero where none is or the balance has expired since.
	last    time.Time
	expired []Expiry
}

// advance lets expire what does up to a moment.
func (c *clock) advance(to time.Time) {
	for {
		at, due := c.due()
		if !due || at.After(to) {
			return
		}
		points := -max(0, c.balance)
		c.balance += points
		c.expired = append(c.expired, Expiry{At: at, Points: points})
		if len(c.known) > 0 && c.known[0].Equal(at) {
			c.known = c.known[1:]
		}
		if !c.last.IsZero() && !c.end().After(at) {
			c.last = time.Time{}
		}
	}
}

// due is the next moment at which the balance expires.
func (c *clock) due() (at time.Time, due bool) {
	if !c.last.IsZero() && c.rules.ExpireAfterDays > 0 {
		at, due = c.end(), true
	}
	if len(c.known) > 0 && (!due || c.known[0].Before(at)) {
		return c.known[0], true
	}
	return at, due
}

// end is when the days without an order are over, by the calendar of the store.
func (c *clock) end() time.Time {
	return c.last.In(c.rules.zone()).AddDate(0, 0, c.rules.ExpireAfterDays).UTC()
}

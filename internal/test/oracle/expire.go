package oracle

import (
	"slices"
	"time"
)

// movement is a change of a balance at a moment.
type movement struct {
	at     time.Time
	points int64
	// until are points that the customer has until a refund takes them. They expire with no balance.
	until int64
}

// expiry is a moment at which points are gone, and how many.
type expiry struct {
	at time.Time
	// validThrough is the last day on which the points were valid.
	validThrough string
	points       int64
}

// clock counts a customer's inactive days.
type clock struct {
	books *Books
	// since is the day from which days count, and deadline the first moment at which the points are gone. They are zero
	// before the first activity, and where points do not expire.
	since, deadline time.Time
	expired         []expiry
}

// expiries are the moments up to the present at which a customer's points expire, given the times of activity. What
// happens at the very moment comes too late.
func (b *Books) expiries(active []time.Time) []expiry {
	first := b.firstExpiring()
	if first == 0 {
		return nil
	}
	moments := slices.Clone(active)
	for _, v := range b.begun() {
		moments = append(moments, v.From)
	}
	slices.SortFunc(moments, time.Time.Compare)
	c := clock{books: b}
	for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
		c.pass(at)
		now, before := b.InForce(at), b.InForce(at.Add(-1))
		expires := now.Number >= first
		switch isActive := slices.ContainsFunc(active, at.Equal); {
		case isActive && expires:
			c.start(at, now)
		case isActive:
			c.since = at
		case !expires || c.since.IsZero():
		case before.Number < first:
			c.start(at, now)
		case c.deadline.IsZero():
		case now.ExpireAfterDays < before.ExpireAfterDays:
			c.start(at, now)
		default:
			// Lengthened, or the zone is another one. What is over in the new zone is so from now on.
			c.start(c.since, now)
			if c.deadline.Before(at) {
				c.deadline = at
			}
		}
	}
	c.pass(b.Present)
	return c.expired
}

// begun are the versions that were in force at some moment up to the present.
func (b *Books) begun() []Version {
	return slices.DeleteFunc(slices.Clone(b.Versions), func(v Version) bool {
		return v.From.After(b.Present) || b.InForce(v.From).Number != v.Number
	})
}

// firstExpiring is the number of the first version of the run up to the newest in which points expire; 0 for none.
func (b *Books) firstExpiring() (number int64) {
	for _, v := range slices.Backward(b.begun()) {
		if v.ExpireAfterDays == 0 {
			break
		}
		number = v.Number
	}
	return number
}

// start counts the days of a version from a moment on.
func (c *clock) start(since time.Time, v *Version) {
	local := since.In(v.Zone)
	c.since = since
	c.deadline = time.Date(local.Year(), local.Month(), local.Day()+v.ExpireAfterDays+1, 0, 0, 0, 0, v.Zone)
}

// pass lets time pass up to a moment.
func (c *clock) pass(now time.Time) {
	if c.deadline.IsZero() || c.deadline.After(now) {
		return
	}
	end := c.deadline.Add(-1)
	lastDay := end.In(c.books.InForce(end).Zone)
	c.expired = append(c.expired, expiry{at: c.deadline, validThrough: lastDay.Format(time.DateOnly)})
	c.deadline = time.Time{}
}

// settle says how many points each expiry takes, and how many are written off. An expiry takes what is there and is
// not spent later; what changes at its very moment comes after it. What is below 0 at a moment under a version that
// writes off is brought to 0, and stays so.
func (b *Books) settle(moves []movement, expiries []expiry) (writtenOff int64) {
	moves = slices.Clone(moves)
	for _, v := range b.begun() {
		moves = append(moves, movement{at: v.From})
	}
	slices.SortStableFunc(moves, func(a, b movement) int { return a.at.Compare(b.at) })
	var balance, until int64
	for i, m := range moves {
		for len(expiries) > 0 && !expiries[0].at.After(m.at) {
			expiries[0].points = max(0, lowest(balance, moves[i:]))
			balance, expiries = balance-expiries[0].points, expiries[1:]
		}
		balance, until = balance+m.points, until+m.until
		debt := -balance - until
		if isLast(moves[i:]) && debt > 0 && b.InForce(m.at).Negative == NegativeWriteOff {
			writtenOff, balance = writtenOff+debt, balance+debt
		}
	}
	for i := range expiries {
		expiries[i].points = max(0, balance)
		balance -= expiries[i].points
	}
	return writtenOff
}

// isLast reports whether the first movement is the last one of its moment.
func isLast(moves []movement) bool { return len(moves) == 1 || moves[1].at.After(moves[0].at) }

// lowest is the lowest balance from now on, given what moves it.
func lowest(balance int64, moves []movement) int64 {
	low := balance
	for i, m := range moves {
		balance += m.points
		if isLast(moves[i:]) {
			low = min(low, balance)
		}
	}
	return low
}

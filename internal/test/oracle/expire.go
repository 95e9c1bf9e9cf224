package oracle

import (
	"slices"
	"time"
)

// movement is a change of a balance at a moment.
type movement struct {
	at     time.Time
	points int64
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
	// since is the day from which days count, and deadline the first moment at which the points are gone. They are zero
	// before the first activity, and where points do not expire.
	since, deadline time.Time
	expired         []expiry
	zone            *time.Location
}

// expiries are the moments up to the present at which a customer's points expire, given the times of activity.
func (b *Books) expiries(active []time.Time) []expiry {
	begins := b.expiryBegins()
	if begins < 0 {
		return nil
	}
	moments := slices.Clone(active)
	for _, v := range b.Versions {
		moments = append(moments, v.From)
	}
	slices.SortFunc(moments, time.Time.Compare)
	var c clock
	for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
		c.pass(at)
		now, before := b.inForce(at), b.inForce(at.Add(-1))
		expires := now != nil && now.Number >= b.Versions[begins].Number
		expired := before != nil && before.Number >= b.Versions[begins].Number
		isActive := slices.ContainsFunc(active, at.Equal)
		switch {
		case isActive && expires:
			c.start(at, now)
		case isActive:
			c.since, c.zone = at, now.Zone
		case !expires || c.since.IsZero():
		case !expired:
			c.start(at, now)
		case c.deadline.IsZero():
		case now.ExpireAfterDays < before.ExpireAfterDays:
			c.start(at, now)
		case now.ExpireAfterDays > before.ExpireAfterDays:
			c.start(c.since, now)
		}
	}
	c.pass(b.Present)
	return c.expired
}

// expiryBegins is the index of the first version of the run up to the newest in which points expire; -1 for none.
func (b *Books) expiryBegins() int {
	begins := -1
	for i, v := range slices.Backward(b.Versions) {
		if v.ExpireAfterDays == 0 {
			break
		}
		begins = i
	}
	return begins
}

// start counts the days of a version from a moment on.
func (c *clock) start(since time.Time, v *Version) {
	local := since.In(v.Zone)
	c.since, c.zone = since, v.Zone
	c.deadline = time.Date(local.Year(), local.Month(), local.Day()+v.ExpireAfterDays+1, 0, 0, 0, 0, v.Zone)
}

// pass lets time pass up to a moment.
func (c *clock) pass(now time.Time) {
	if c.deadline.IsZero() || c.deadline.After(now) {
		return
	}
	lastDay := time.Date(c.deadline.Year(), c.deadline.Month(), c.deadline.Day()-1, 12, 0, 0, 0, c.zone)
	c.expired = append(c.expired, expiry{at: c.deadline, validThrough: lastDay.Format(time.DateOnly)})
	c.deadline = time.Time{}
}

// settle says how many points each expiry takes, and how many are written off. An expiry takes what is there and is
// not spent later; a write-off brings what is below 0 at any moment up to 0.
func settle(moves []movement, expiries []expiry, writesOff bool) (writtenOff int64) {
	slices.SortStableFunc(moves, func(a, b movement) int { return a.at.Compare(b.at) })
	balance, next := int64(0), 0
	apply := func(until time.Time) {
		for next < len(moves) && !moves[next].at.After(until) {
			at := moves[next].at
			for ; next < len(moves) && moves[next].at.Equal(at); next++ {
				balance += moves[next].points
			}
			if writesOff && balance < 0 {
				writtenOff, balance = writtenOff-balance, 0
			}
		}
	}
	for i := range expiries {
		apply(expiries[i].at)
		expiries[i].points = max(0, lowest(balance, moves[next:]))
		balance -= expiries[i].points
	}
	if len(moves) > 0 {
		apply(moves[len(moves)-1].at)
	}
	return writtenOff
}

// lowest is the lowest balance from now on, given what moves it.
func lowest(balance int64, moves []movement) int64 {
	low := balance
	for i, m := range moves {
		balance += m.points
		if i == len(moves)-1 || !moves[i+1].at.Equal(m.at) {
			low = min(low, balance)
		}
	}
	return low
}

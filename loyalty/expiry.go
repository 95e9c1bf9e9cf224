package loyalty

import (
	"slices"
	"time"
)

// Balances are what a program's rules make of balances up to a present: when they expire, and whether what falls below
// 0 is written off. They are the same for all customers.
//
// What they make of a customer's balance follows from orders, enrollment and adjustments alone, and never from when it
// was asked for. So a pass corrects what an earlier one could not know.
type Balances struct {
	// rules are in the order of their beginnings, each in force until the next.
	rules   []balanceRule
	present time.Time
}

// balanceRule is what a version of the rules says of balances.
type balanceRule struct {
	// from is when it came into force; the zero time for the first version.
	from time.Time
	// days is after how many days without activity a balance expires, in the calendar of the zone; 0 for never.
	days      int
	zone      *time.Location
	writesOff bool
	// restarts says that the days without activity count from the beginning of the rule at the earliest.
	restarts bool
}

// Balances returns what the versions make of balances up to a present.
func (v Versions) Balances(present time.Time) *Balances {
	rules := make([]balanceRule, len(v))
	for i := range v {
		r := v[i].Rules
		rules[i] = balanceRule{
			from: v[i].From, days: r.ExpireAfterDays, zone: r.zone(), writesOff: r.Negative == NegativeWriteOff,
		}
	}
	return newBalances(rules, present)
}

// Empty reports whether no balance expires and nothing is written off, whatever customers do: only lines of earlier
// rules may be left to be taken back.
func (b *Balances) Empty() bool {
	return !slices.ContainsFunc(b.rules, func(r balanceRule) bool { return r.days > 0 || r.writesOff })
}

// newBalances takes the rules in the order of their versions. At any moment the highest version counts that had come
// into force. Balances expire under the last rules in a row that let them: what expired under others has come back. All
// days count anew when that row begins, and when the days become fewer.
func newBalances(versions []balanceRule, present time.Time) *Balances {
	b := &Balances{present: present}
	for _, v := range slices.Backward(versions) {
		if !v.from.After(present) && (len(b.rules) == 0 || v.from.Before(b.rules[0].from)) {
			b.rules = slices.Insert(b.rules, 0, v)
		}
	}
	for i := len(b.rules) - 2; i >= 0; i-- {
		rule, next := &b.rules[i], &b.rules[i+1]
		if next.days == 0 {
			rule.days = 0
		}
		next.restarts = next.days > 0 && (rule.days == 0 || next.days < rule.days)
	}
	return b
}

// never is after every deadline.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// deadline returns the first moment at which a balance is gone whose days count from a moment on. The last day is
// included.
func (r *balanceRule) deadline(since time.Time) time.Time {
	if r.days == 0 {
		return never
	}
	return DateOf(since.In(r.zone)).plus(r.days + 1).In(r.zone)
}

// inForce returns the rule that is in force at a moment.
func (b *Balances) inForce(at time.Time) *balanceRule {
	i := len(b.rules) - 1
	for i > 0 && b.rules[i].from.After(at) {
		i--
	}
	return &b.rules[i]
}

// lastDay returns the last day on which points were valid that are gone at a moment.
func (b *Balances) lastDay(gone time.Time) Date {
	end := gone.Add(-1)
	return DateOf(end.In(b.inForce(end).zone))
}

// ExpiryCutoff returns since when customers have been inactive whose balances may have expired since a former present,
// by the passing of time alone; false where none can have. The rules in force must be the same as then.
func (b *Balances) ExpiryCutoff(former time.Time) (cutoff time.Time, some bool) {
	for i := range b.rules {
		if r := &b.rules[i]; r.restarts && r.deadline(r.from).After(b.present) {
			return cutoff, false
		}
	}
	rule := b.inForce(b.present)
	today := DateOf(b.present.In(rule.zone))
	return today.plus(-rule.days).In(rule.zone), rule.days > 0 && today != DateOf(former.In(rule.zone))
}

// expiry is a moment at which a balance expired, the number of changes before it, and by how many points.
type expiry struct {
	at     time.Time
	before int
	points int64
}

// expiries returns when a balance expired, without the points. The changes are in order; those at such a moment come
// after it.
func (b *Balances) expiries(changes []change) (expired []expiry) {
	rule := &b.rules[0]
	// since is when the days began to count, and deadline when they are over: zero where there was no activity after
	// the last expiry.
	var since, deadline time.Time
	expire := func(until time.Time, before int) {
		if !deadline.IsZero() && !deadline.After(until) && !deadline.After(b.present) {
			expired = append(expired, expiry{at: deadline, before: before})
			deadline = time.Time{}
		}
	}
	for i := range changes {
		c := &changes[i]
		expire(c.at, i)
		if c.active {
			since, deadline = c.at, rule.deadline(c.at)
		}
		if c.begins == nil {
			continue
		}
		if rule = c.begins; rule.restarts {
			since = c.at
		}
		if !deadline.IsZero() {
			if deadline = rule.deadline(since); deadline.Before(c.at) {
				deadline = c.at
			}
		}
	}
	expire(b.present, len(changes))
	return expired
}

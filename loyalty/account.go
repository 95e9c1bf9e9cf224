package loyalty

import "time"

// Account goes through one customer's orders in the order of their times, and says of each what it is owed. Rules that do not need a
// customer's history may be given any of them in any order.
type Account struct {
	rules *Rules
	// lifetime is what the orders so far earned, refunds not taken off; today is the part of it of the day that the last one was on.
	lifetime, today int64
	day             Date
}

// NewAccount opens an account under rules that are ready.
func NewAccount(r *Rules) *Account { return &Account{rules: r} }

// Next says what the next order is owed, and by which terms: those that it was awarded under, where held is not nil, unless they come of the
// same rules. Under those the answer depends on the orders alone, so that it is the same whenever it is asked for.
func (a *Account) Next(o *Order, held *Terms) (Due, Terms) {
	a.turn(o.At)
	var terms Terms
	if held != nil && (held.Rules != a.rules.fingerprint || a.rules.fingerprint == "") {
		terms = *held
	} else {
		terms = a.rules.Judge(o, a.lifetime, a.today)
	}
	a.add(o, terms)
	return Reckon(*o, terms), terms
}

// turn begins a new day.
func (a *Account) turn(at time.Time) {
	if a.rules.Cap.Day == 0 {
		return
	}
	if day := DateOf(at.In(a.rules.zone())); day != a.day {
		a.day, a.today = day, 0
	}
}

// add counts what the order earned before anything of it was refunded.
func (a *Account) add(o *Order, terms Terms) {
	if !o.Sold || !a.rules.NeedsHistory() {
		return
	}
	whole := *o
	whole.Earning, whole.Refunded = true, 0
	points := Reckon(whole, terms).Points
	a.lifetime += points
	a.today += points
}

package oracle

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Version is a program from a moment on.
type Version struct {
	Number int64
	// From is zero for the first version: it is in force from the beginning.
	From time.Time
	// FullPass is the last pass that judged all orders anew by it; 0 for none.
	FullPass int64
	Program
}

// Adjustment is what a person gave or took.
type Adjustment struct {
	Customer string
	Points   int64
	At       time.Time
}

// Books are all that a store's points follow from.
type Books struct {
	// Customers are the rows of customers, gone ones included, and Orders those of orders, refunds and removed ones
	// included, by what orderAt returns.
	Customers   map[string]Customer
	Orders      map[string]Order
	Adjustments []Adjustment
	// Versions are in the order of their numbers.
	Versions []Version
	// Judged are the numbers of the versions under which orders, and what enrolled names, have been judged. One that
	// has not been is judged under the version in force at its time.
	Judged map[string]int64
	// SamePerson are the customers who get nothing for being one: another id of the same person is enrolled.
	SamePerson map[string]bool
	// Present is the till's clock at the last finished orders pass.
	Present time.Time
}

// InForce is the version in force at a moment: the highest that has begun.
func (b *Books) InForce(at time.Time) *Version {
	for i := range slices.Backward(b.Versions) {
		if v := &b.Versions[i]; !v.From.After(at) {
			return v
		}
	}
	return nil
}

// judgedBy is the version under which an order of a moment, or what enrolled names, is judged.
func (b *Books) judgedBy(key string, at time.Time) *Version {
	number, judged := b.Judged[key]
	if !judged {
		return b.InForce(at)
	}
	i := slices.IndexFunc(b.Versions, func(v Version) bool { return v.Number == number })
	return &b.Versions[i]
}

// earning is an order of a customer with the terms under which it earns.
type earning struct {
	Order
	key     string
	refunds []Order
	// rate is points per dollar, multiplier included; 0 for an order that is excluded.
	rate  *big.Rat
	basis string
	// cap is nil for none.
	cap *int64
}

// earnings are those of a customer's orders that were paid, the earliest first, each with its terms.
func (b *Books) earnings(orders map[string]Order, refunds map[string][]Order) []earning {
	var paid []earning
	for key, o := range orders {
		if isPaid(o.Status) {
			paid = append(paid, earning{Order: o, key: key, refunds: refunds[key]})
		}
	}
	slices.SortFunc(paid, func(a, b earning) int {
		if c := a.OrderedAt.Compare(b.OrderedAt); c != 0 {
			return c
		}
		if c := strings.Compare(a.OrderID, b.OrderID); c != 0 {
			return c
		}
		return int(a.LocationID - b.LocationID)
	})
	for i := range paid {
		paid[i].setTerms(b.judgedBy(paid[i].key, paid[i].OrderedAt), paid[:i])
	}
	return paid
}

func isPaid(status string) bool {
	return status == StatusCompleted || status == StatusPartiallyRefunded || status == StatusRefunded
}

// setTerms gives an order its terms under a version; earlier are the customer's earlier orders, which have theirs.
func (e *earning) setTerms(v *Version, earlier []earning) {
	e.basis, e.rate = v.Basis, new(big.Rat)
	var ofTier, ofDay int64
	for _, other := range earlier {
		points := other.pointsAt(e.OrderedAt)
		if v.counts(other.OrderedAt, e.OrderedAt) {
			ofTier += points
		}
		if v.day(other.OrderedAt) == v.day(e.OrderedAt) {
			ofDay += points
		}
	}
	if !v.excludes(e.Order) {
		e.rate = new(big.Rat).Mul(v.rate(ofTier).Rat(), v.multiplier(e.Order).Rat())
	}
	if v.Cap.Order > 0 {
		e.cap = &v.Cap.Order
	}
	if left := max(0, v.Cap.Day-ofDay); v.Cap.Day > 0 && (e.cap == nil || left < *e.cap) {
		e.cap = &left
	}
}

// pointsAt is what the order was worth at a moment: of refunds counts what was given back before it, and the order's
// own refund, which has no time, from the beginning.
func (e *earning) pointsAt(moment time.Time) int64 {
	given := decimal.Zero
	for _, refund := range e.refunds {
		if refund.OrderedAt.Before(moment) {
			given = given.Add(givesBack(refund))
		}
	}
	return e.worth(given)
}

// untilRefunded are the points that were there from the order on until a refund took them.
func (e *earning) untilRefunded() (moves []movement) {
	for _, refund := range e.refunds {
		if !refund.OrderedAt.After(e.OrderedAt) {
			continue
		}
		given := decimal.Zero
		for _, other := range e.refunds {
			if other.OrderedAt.Before(refund.OrderedAt) ||
				other.OrderedAt.Equal(refund.OrderedAt) && orderKey(other) < orderKey(refund) {
				given = given.Add(givesBack(other))
			}
		}
		taken := e.worth(given) - e.worth(given.Add(givesBack(refund)))
		moves = append(moves, movement{at: e.OrderedAt, until: taken}, movement{at: refund.OrderedAt, until: -taken})
	}
	return moves
}

// points is what the order is worth in the end.
func (e *earning) points() int64 {
	given := decimal.Zero
	for _, refund := range e.refunds {
		given = given.Add(givesBack(refund))
	}
	return e.worth(given)
}

// worth is what the order is worth once refunds have given back so much.
func (e *earning) worth(given decimal.Decimal) int64 {
	left := e.Order
	left.RefundedTotal = refundedTotal(left, given)
	exact := net(left, e.basis)
	points := max(0, roundHalfUp(exact.Mul(exact, e.rate)))
	if e.cap != nil {
		points = min(points, *e.cap)
	}
	return points
}

package loyalty

import (
	"math"
	"math/big"
	"math/bits"
	"time"

	"github.com/shopspring/decimal"
)

// Order is what the rules need to know of an order. Amounts are cents.
type Order struct {
	// Earning says whether the order counts at all: completed or partially refunded, of a known customer.
	Earning bool
	// Sold says that the order counted before anything of it was refunded: earning, or refunded since.
	Sold     bool
	At       time.Time
	Customer string
	Location int64
	Status   string
	Tax      int64
	Subtotal int64
	Total    int64
	// Refunded is what was given back of Total so far.
	Refunded int64
}

// Due is what an order is owed under given terms.
type Due struct {
	Points int64
	// Basis is the net amount that earned, in cents.
	Basis int64
}

// Reckon returns the points that the order is owed: round-half-up(net basis × rate × multiplier), never below 0 nor above the terms' cap.
//
// The net basis is the basis less what was refunded of it, in proportion. The proportion of a subtotal seldom has a finite decimal
// form, so the arithmetic stays a fraction until the one rounding at its end.
func Reckon(o Order, t Terms) Due {
	if !o.Earning {
		return Due{}
	}
	net := netBasis(o, t.Basis)
	if net.of[0] <= 0 || net.of[1] <= 0 {
		return Due{}
	}
	points := net
	points.of[2], points.of[3] = scaled(t.Rate), scaled(t.Multiplier)
	points.by[1] = 100 * scale * scale
	due := Due{Points: points.rounded(), Basis: net.rounded()}
	if t.Capped {
		due.Points = min(due.Points, t.Cap)
	}
	return due
}

// netBasis is what is left of the basis after refunds, in cents; not above 0 where nothing earns.
func netBasis(o Order, basis Basis) fraction {
	left := o.Total - o.Refunded
	switch {
	case basis != BasisSubtotal:
		return whole(left)
	case o.Total > 0:
		f := whole(o.Subtotal)
		f.of[1], f.by[0] = left, o.Total
		return f
	case o.Refunded > 0:
		return whole(0)
	}
	// Of an order whose total is not above 0 no proportion can be taken: all or nothing.
	return whole(o.Subtotal)
}

// scale is in what rates and multipliers are whole numbers.
const scale = 10_000

// scaled is a rate or a multiplier in ten-thousandths; neither has more decimals.
func scaled(d decimal.Decimal) int64 {
	if exponent := d.Exponent(); exponent <= 0 && exponent >= -rateDecimals && d.NumDigits() < 15 {
		n := d.CoefficientInt64()
		for range rateDecimals + exponent {
			n *= 10
		}
		return n
	}
	return d.Shift(rateDecimals).IntPart()
}

// fraction is a product of whole numbers divided by another.
type fraction struct {
	of [4]int64
	by [2]int64
}

func whole(n int64) fraction { return fraction{of: [4]int64{n, 1, 1, 1}, by: [2]int64{1, 1}} }

// rounded is the nearest whole number, a half upwards: floor((2n + d) / 2d). No factor is negative.
func (f fraction) rounded() int64 {
	n, fits := uint64(1), true
	for _, factor := range f.of {
		high, low := bits.Mul64(n, uint64(factor))
		n, fits = low, fits && high == 0
	}
	high, d := bits.Mul64(uint64(f.by[0]), uint64(f.by[1]))
	if !fits || high != 0 || n > math.MaxInt64/4 || d > math.MaxInt64/4 {
		return f.roundedBig()
	}
	return int64((2*n + d) / (2 * d))
}

// roundedBig is rounded for numbers that a machine word does not hold.
func (f fraction) roundedBig() int64 {
	n, d := big.NewInt(2), big.NewInt(1)
	for _, factor := range f.of {
		n.Mul(n, big.NewInt(factor))
	}
	for _, factor := range f.by {
		d.Mul(d, big.NewInt(factor))
	}
	n.Add(n, d)
	return n.Div(n, d.Lsh(d, 1)).Int64()
}

package loyalty

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Award is what an order is owed.
type Award struct {
	Points int64
	// Basis is the net amount that earned.
	Basis model.Cents
}

// Award returns what the order is owed under the terms: round-half-up(net basis × rate × multiplier), never below 0 nor
// above the cap.
//
// The net basis is the basis less what was refunded of it, in proportion. The proportion of a subtotal seldom has a
// finite decimal form, so the arithmetic stays a fraction until the one rounding at its end.
func (t *Terms) Award(o *Order) Award {
	if o.Obstacle() != NoObstacle {
		return Award{}
	}
	net := netBasis(o, t.Basis)
	if net.of[0] <= 0 || net.of[1] <= 0 {
		return Award{}
	}
	points := net
	points.of[2], points.of[3] = scaled(t.Rate), scaled(t.Multiplier)
	points.by[1] = 100 * scale * scale
	award := Award{Points: points.rounded(), Basis: model.Cents(net.rounded())}
	if t.Capped {
		award.Points = min(award.Points, t.Cap)
	}
	return award
}

// netBasis returns what is left of the basis after refunds, in cents; not above 0 where nothing earns.
func netBasis(o *Order, basis Basis) fraction {
	left := o.Total - o.RefundedTotal
	switch {
	case basis != BasisSubtotal:
		return whole(left)
	case o.Total > 0:
		f := whole(o.Subtotal)
		f.of[1], f.by[0] = int64(left), int64(o.Total)
		return f
	case o.RefundedTotal > 0:
		return whole(0)
	}
	// Of an order whose total is not above 0 no proportion can be taken: all or nothing.
	return whole(o.Subtotal)
}

// scale makes rates and multipliers whole numbers: neither has more than rateDecimals decimals.
const scale = 10_000

// scaled returns a rate or a multiplier in ten-thousandths.
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

// fraction is a product of whole numbers divided by another product.
type fraction struct {
	of [4]int64
	by [2]int64
}

func whole(amount model.Cents) fraction {
	return fraction{of: [4]int64{int64(amount), 1, 1, 1}, by: [2]int64{1, 1}}
}

// rounded returns the nearest whole number, a half upwards: floor((2n + d) / 2d). No factor is negative.
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

// roundedBig returns what rounded does, for products that a machine word does not hold.
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

package loyalty

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// Order is what the rules need to know of an order. Amounts are dollars.
type Order struct {
	// Earning says whether the order counts at all: completed or partially refunded, of a known customer.
	Earning  bool
	Subtotal decimal.Decimal
	Total    decimal.Decimal
	// Refunded is what was given back of Total so far.
	Refunded decimal.Decimal
}

// Due is what an order is owed under given terms.
type Due struct {
	Points int64
	// Basis is the net amount that earned, rounded to cents.
	Basis decimal.Decimal
}

// Reckon returns the points that the order is owed: round-half-up(net basis × rate × multiplier), never below 0.
//
// The net basis is the basis less what was refunded of it, in proportion. The proportion of a subtotal seldom has a finite decimal
// form, so the arithmetic stays rational until the one rounding at its end.
func Reckon(o Order, t Terms) Due {
	if !o.Earning {
		return Due{}
	}
	net := netBasis(o, t.Basis)
	if net.Sign() <= 0 {
		return Due{}
	}
	points := new(big.Rat).Mul(net, t.Rate.Rat())
	points.Mul(points, t.Multiplier.Rat())
	return Due{Points: roundHalfUp(points), Basis: decimal.NewFromBigInt(roundHalfUpBig(cents(net)), -2)}
}

// netBasis is what is left of the basis after refunds.
func netBasis(o Order, basis Basis) *big.Rat {
	left := o.Total.Sub(o.Refunded)
	if basis != BasisSubtotal {
		return left.Rat()
	}
	if !o.Total.IsPositive() {
		return nothingPaid(o)
	}
	if !left.IsPositive() {
		return new(big.Rat)
	}
	share := new(big.Rat).Quo(left.Rat(), o.Total.Rat())
	return share.Mul(share, o.Subtotal.Rat())
}

// nothingPaid is the net subtotal of an order whose total is not above 0, of which no proportion can be taken: all or nothing.
func nothingPaid(o Order) *big.Rat {
	if o.Refunded.IsPositive() {
		return new(big.Rat)
	}
	return o.Subtotal.Rat()
}

func cents(r *big.Rat) *big.Rat { return new(big.Rat).Mul(r, big.NewRat(100, 1)) }

func roundHalfUp(r *big.Rat) int64 { return roundHalfUpBig(r).Int64() }

// roundHalfUpBig rounds to the nearest whole number, a half upwards: floor((2n + d) / 2d).
func roundHalfUpBig(r *big.Rat) *big.Int {
	num := new(big.Int).Lsh(r.Num(), 1)
	num.Add(num, r.Denom())
	return num.Div(num, new(big.Int).Lsh(r.Denom(), 1))
}

package loyalty

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Basis is the amount of an order that earns points.
type Basis string

const (
	// BasisTotal is the order total, discounts, fees and taxes included: Blackbird's own rule.
	BasisTotal Basis = "total"
	// BasisSubtotal is the order's price before taxes.
	BasisSubtotal Basis = "subtotal"
)

// ParseBasis reads a basis by its name.
func ParseBasis(name string) (Basis, error) {
	switch b := Basis(name); b {
	case BasisTotal, BasisSubtotal:
		return b, nil
	}
	return "", fmt.Errorf("basis %q is neither %q nor %q", name, BasisTotal, BasisSubtotal)
}

// Rules are a store's loyalty rules. The zero value awards nothing; start from DefaultRules.
type Rules struct {
	// PointsPerDollar is the rate: points for each dollar of the basis, at most four decimals.
	PointsPerDollar decimal.Decimal
	// Basis says which amount of an order earns.
	Basis Basis
	// Starts is when the program began: orders before it earn nothing. The zero time means from the first order on.
	Starts time.Time
}

// DefaultRules are Blackbird's: one point for each dollar of the order total.
func DefaultRules() Rules {
	return Rules{PointsPerDollar: decimal.NewFromInt(1), Basis: BasisTotal}
}

// rateDecimals is how many decimals the ledger keeps of a rate: a rate that the ledger could not hold would make a later refund
// take back another amount than the award gave.
const rateDecimals = 4

// maxRate keeps any order's points within the ledger's 64 bits: orders are below 10^9 dollars.
var maxRate = decimal.NewFromInt(1_000_000)

// Validate says what is wrong with the rules, if anything is.
func (r Rules) Validate() error {
	switch {
	case r.PointsPerDollar.IsNegative():
		return fmt.Errorf("points per dollar %s is negative", r.PointsPerDollar)
	case r.PointsPerDollar.GreaterThan(maxRate):
		return fmt.Errorf("points per dollar %s is above %s", r.PointsPerDollar, maxRate)
	case !r.PointsPerDollar.Equal(r.PointsPerDollar.Truncate(rateDecimals)):
		return fmt.Errorf("points per dollar %s has more than %d decimals", r.PointsPerDollar, rateDecimals)
	}
	_, err := ParseBasis(string(r.Basis))
	return err
}

// Terms are what one order's points are reckoned with. They are kept with the award, so that a later refund or void uses those of
// the award's day and not today's.
type Terms struct {
	Rate       decimal.Decimal
	Multiplier decimal.Decimal
	Basis      Basis
}

// Terms returns what the rules say for an order of the given time, and false where it earns nothing at all.
func (r Rules) Terms(orderedAt time.Time) (Terms, bool) {
	if orderedAt.Before(r.Starts) {
		return Terms{}, false
	}
	return Terms{Rate: r.PointsPerDollar, Multiplier: decimal.NewFromInt(1), Basis: r.Basis}, true
}

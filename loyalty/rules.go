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

// ParseBasis returns the basis of a name.
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
	// Basis is the amount of an order that earns.
	Basis Basis
	// Starts is when the program began: orders before it earn nothing. The zero time means from the first order on.
	Starts time.Time
	// Zone is the store's time zone, in which days and hours are; nil for UTC.
	Zone *time.Location
	Program

	// fingerprint is set by Ready.
	fingerprint string
}

// Ready returns the rules ready to be applied: with the fingerprint that terms carry.
func (r Rules) Ready() *Rules {
	r.fingerprint = r.Fingerprint()
	return &r
}

func (r *Rules) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// DefaultRules returns Blackbird's: one point for each dollar of the order total.
func DefaultRules() Rules {
	return Rules{PointsPerDollar: decimal.NewFromInt(1), Basis: BasisTotal}
}

// rateDecimals is how many decimals the ledger keeps of a rate. With more, a later refund would take back another
// amount than the award gave.
const rateDecimals = 4

// maxRate keeps any order's points within the ledger's 64 bits: orders are below 10^9 dollars.
var maxRate = decimal.NewFromInt(1_000_000)

// Validate returns what is wrong with the rules; nil if nothing is.
func (r *Rules) Validate() error {
	if err := validateRate(r.PointsPerDollar); err != nil {
		return err
	}
	if _, err := ParseBasis(string(r.Basis)); err != nil {
		return err
	}
	return r.validate()
}

func validateRate(rate decimal.Decimal) error {
	switch {
	case rate.IsNegative():
		return fmt.Errorf("points per dollar %s is negative", rate)
	case rate.GreaterThan(maxRate):
		return fmt.Errorf("points per dollar %s is above %s", rate, maxRate)
	case !rate.Equal(rate.Truncate(rateDecimals)):
		return fmt.Errorf("points per dollar %s has more than %d decimals", rate, rateDecimals)
	}
	return nil
}

package loyalty

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Terms are what one order's points are calculated with. The ledger keeps them with the award, so that a later refund
// or void takes back points by the terms of the award and not by today's.
type Terms struct {
	Rate       decimal.Decimal
	Multiplier decimal.Decimal
	Basis      Basis
	// Offer is the name of the multiplier, and Tier that of the tier; empty for none.
	Offer, Tier string
	// Capped says that the order earns at most Cap points.
	Capped bool
	Cap    int64
	// Excluded is why the rules exclude the order; empty where they do not.
	Excluded string
	// Version is that of the rules that the terms come from; 0 where it is not known.
	Version int64
}

// The reasons for which rules exclude an order.
const (
	ExcludedBeforeStart = "before_start"
	ExcludedStatus      = "status"
	ExcludedLocation    = "location"
	ExcludedCustomer    = "customer"
	ExcludedTotal       = "below_total"
	ExcludedTaxExempt   = "tax_exempt"
)

// String returns the terms in words, such as "2 points per dollar of the total, tier Gold".
func (t Terms) String() string {
	if t.Excluded != "" {
		return "excluded: " + strings.ReplaceAll(t.Excluded, "_", " ")
	}
	points := "points"
	if t.Rate.Equal(one) {
		points = "point"
	}
	text := fmt.Sprintf("%s %s per dollar of the %s", t.Rate, points, t.Basis)
	if t.Tier != "" {
		text += ", tier " + t.Tier
	}
	if t.Offer != "" {
		text += fmt.Sprintf(", %s times for %s", t.Multiplier, t.Offer)
	}
	if t.Capped {
		text += ", capped"
	}
	return text
}

// one is the multiplier without an offer: always the same value, which makes terms comparable.
var one = decimal.NewFromInt(1)

// Judge returns the terms of an order under the version's rules. Earned is what the customer's earlier orders had
// earned in the window of the tiers, and today what those of the same day had. Where NeedsHistory is false neither
// counts.
func (v *Version) Judge(o *model.LedgerOrder, earned, today int64) Terms {
	r := v.Rules
	t := Terms{
		Rate: r.PointsPerDollar, Multiplier: one, Basis: r.Basis, Excluded: r.excluded(o), Version: v.Number,
	}
	if t.Excluded != "" {
		// A rate of 0: an order that was awarded before loses what it was given.
		t.Rate = decimal.Zero
		return t
	}
	for _, tier := range slices.Backward(r.Tiers) {
		if earned < tier.From {
			continue
		}
		t.Tier = tier.Name
		if tier.PointsPerDollar != nil {
			t.Rate = *tier.PointsPerDollar
		}
		break
	}
	at := o.OrderedAt.In(r.zone())
	for i := range r.Multipliers {
		m := &r.Multipliers[i]
		if !r.NoMultipliers && m.applies(at, o.LocationID) && (t.Offer == "" || m.Factor.GreaterThan(t.Multiplier)) {
			t.Offer, t.Multiplier = m.Name, m.Factor
		}
	}
	if r.Cap.Order > 0 {
		t.Capped, t.Cap = true, r.Cap.Order
	}
	if left := max(0, r.Cap.Day-today); r.Cap.Day > 0 && (!t.Capped || left < t.Cap) {
		t.Capped, t.Cap = true, left
	}
	return t
}

// canJudge reports whether orders can have the terms under the rules.
func (r *Rules) canJudge(t *Terms) bool {
	rate, multiplier := t.Rate.Equal(r.PointsPerDollar), t.Multiplier.Equal(one)
	for i := range r.Tiers {
		rate = rate || r.Tiers[i].PointsPerDollar != nil && t.Rate.Equal(*r.Tiers[i].PointsPerDollar)
	}
	for i := range r.Multipliers {
		multiplier = multiplier || t.Multiplier.Equal(r.Multipliers[i].Factor)
	}
	return t.Basis == r.Basis && multiplier && (rate || t.Excluded != "" && t.Rate.IsZero())
}

func (r *Rules) excluded(o *model.LedgerOrder) string {
	e := &r.Exclude
	switch {
	case o.OrderedAt.Before(r.Starts):
		return ExcludedBeforeStart
	case slices.Contains(e.Statuses, o.Status):
		return ExcludedStatus
	case slices.Contains(e.Locations, o.LocationID):
		return ExcludedLocation
	case slices.Contains(e.Customers, o.CustomerID):
		return ExcludedCustomer
	case e.BelowTotal.IsPositive() && o.Total.Decimal().LessThan(e.BelowTotal):
		return ExcludedTotal
	case e.TaxExempt && o.Tax == 0 && o.Total > 0:
		return ExcludedTaxExempt
	}
	return ""
}

// Award is what an order is owed.
type Award struct {
	Points int64
	// Basis is the net amount that earned.
	Basis model.Cents
}

// Award returns what the order is owed: round-half-up(net basis × rate × multiplier), from 0 up to the cap.
//
// The net basis is the basis less what was refunded of it, in proportion. The proportion of a subtotal seldom has a
// finite decimal form, so the arithmetic stays a fraction until the one rounding at its end.
func (t *Terms) Award(o *model.LedgerOrder) Award {
	if ObstacleOf(o) != NoObstacle {
		return Award{}
	}
	left := int64(o.Total - o.RefundedTotal)
	net := fraction{of: [4]int64{left, 1, 1, 1}, by: [2]int64{1, 1}}
	if t.Basis == BasisSubtotal {
		net.of[0] = int64(o.Subtotal)
		switch {
		case o.Total > 0:
			net.of[1], net.by[0] = left, int64(o.Total)
		case o.RefundedTotal > 0:
			// Of an order whose total is not above 0 no proportion can be taken: all or nothing.
			return Award{}
		}
	}
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

// rounded returns the nearest whole number, a half upwards: floor((2n + d) / 2d). No factor is negative.
func (f fraction) rounded() int64 {
	n, fits := uint64(1), true
	for _, factor := range f.of {
		high, low := bits.Mul64(n, uint64(factor))
		n, fits = low, fits && high == 0
	}
	high, d := bits.Mul64(uint64(f.by[0]), uint64(f.by[1]))
	if fits && high == 0 && n <= math.MaxInt64/4 && d <= math.MaxInt64/4 {
		return int64((2*n + d) / (2 * d))
	}
	// A machine word does not hold these products.
	bigN, bigD := big.NewInt(2), new(big.Int).Mul(big.NewInt(f.by[0]), big.NewInt(f.by[1]))
	for _, factor := range f.of {
		bigN.Mul(bigN, big.NewInt(factor))
	}
	bigN.Add(bigN, bigD)
	return bigN.Div(bigN, bigD.Lsh(bigD, 1)).Int64()
}

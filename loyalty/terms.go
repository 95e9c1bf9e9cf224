package loyalty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
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
	// Rules is the fingerprint of the rules that the terms come from.
	Rules string
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
	if t.Rate.Equal(decimal.NewFromInt(1)) {
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

// Judge returns the terms of an order under the rules. Lifetime is what the customer's earlier orders earned, refunds
// not taken off; today is what those of the same day earned. Where NeedsHistory is false neither counts.
func (r *Rules) Judge(o *Order, lifetime, today int64) Terms {
	t := Terms{
		Rate: r.PointsPerDollar, Multiplier: decimal.NewFromInt(1), Basis: r.Basis,
		Excluded: r.excluded(o), Rules: r.fingerprint,
	}
	if t.Excluded != "" {
		// A rate of 0: an order that was awarded before loses what it was given.
		t.Rate = decimal.Zero
		return t
	}
	for _, tier := range slices.Backward(r.Tiers) {
		if lifetime < tier.From {
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

func (r *Rules) excluded(o *Order) string {
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
	case o.Total.Decimal().LessThan(e.BelowTotal):
		return ExcludedTotal
	case e.TaxExempt && o.Tax == 0 && o.Total > 0:
		return ExcludedTaxExempt
	}
	return ""
}

package loyalty

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Terms are what one order's points are reckoned with. They are kept with the award, so that a later refund or void uses those of
// the award's day and not today's.
type Terms struct {
	Rate       decimal.Decimal
	Multiplier decimal.Decimal
	Basis      Basis
	// Offer is the multiplier's name, and Tier the tier's; empty for none.
	Offer, Tier string
	// Capped says that the order may earn no more than Cap points.
	Capped bool
	Cap    int64
	// Excluded is why the order earns nothing, empty where it may.
	Excluded string
	// Rules are the fingerprint of the rules that the terms come from.
	Rules string
}

// The reasons for which an order earns nothing.
const (
	ExcludedBeforeStart = "before_start"
	ExcludedStatus      = "status"
	ExcludedLocation    = "location"
	ExcludedCustomer    = "customer"
	ExcludedTotal       = "below_total"
	ExcludedTaxExempt   = "tax_exempt"
)

// Rule writes the terms, but for rate and multiplier, as the ledger keeps them: the basis, and what there is besides as key=value, the values
// escaped as in a URL.
func (t *Terms) Rule() string {
	if t.Offer == "" && t.Tier == "" && !t.Capped && t.Excluded == "" && t.Rules == "" {
		return string(t.Basis)
	}
	parts := []string{string(t.Basis)}
	for _, p := range []struct{ key, value string }{
		{"offer", t.Offer}, {"tier", t.Tier}, {"cap", t.cap()}, {"excluded", t.Excluded}, {"rules", t.Rules},
	} {
		if p.value != "" {
			parts = append(parts, p.key+"="+url.QueryEscape(p.value))
		}
	}
	return strings.Join(parts, " ")
}

func (t *Terms) cap() string {
	if !t.Capped {
		return ""
	}
	return strconv.FormatInt(t.Cap, 10)
}

// ParseTerms reads what the ledger keeps of an order's terms. What it does not know it passes over: a newer program may have written it.
func ParseTerms(rate, multiplier decimal.Decimal, rule string) Terms {
	t := Terms{Rate: rate, Multiplier: multiplier, Basis: Basis(rule)}
	if !strings.Contains(rule, " ") {
		return t
	}
	parts := strings.Fields(rule)
	for i, part := range parts {
		if i == 0 {
			t.Basis = Basis(part)
			continue
		}
		key, escaped, _ := strings.Cut(part, "=")
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			continue
		}
		switch key {
		case "offer":
			t.Offer = value
		case "tier":
			t.Tier = value
		case "cap":
			t.Cap, err = strconv.ParseInt(value, 10, 64)
			t.Capped = err == nil
		case "excluded":
			t.Excluded = value
		case "rules":
			t.Rules = value
		}
	}
	return t
}

// String says the terms in words.
func (t Terms) String() string {
	if t.Excluded != "" {
		return "excluded: " + strings.ReplaceAll(t.Excluded, "_", " ")
	}
	text := fmt.Sprintf("%s points a dollar of the %s", t.Rate, t.Basis)
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

// Judge returns the terms of an order under the rules. Lifetime is what the customer's earlier orders earned, refunds not taken off, and today
// what those of the same day did; where the rules do not need the customer's history neither counts.
func (r *Rules) Judge(o *Order, lifetime, today int64) Terms {
	t := Terms{
		Rate: r.PointsPerDollar, Multiplier: decimal.NewFromInt(1), Basis: r.Basis, Excluded: r.excluded(o), Rules: r.fingerprint,
	}
	if t.Excluded != "" {
		// A rate of 0 stays with an order that was awarded before: it is taken back what it was given.
		t.Rate = decimal.Zero
		return t
	}
	if tier, reached := r.tier(lifetime); reached {
		t.Tier = tier.Name
		if tier.PointsPerDollar != nil {
			t.Rate = *tier.PointsPerDollar
		}
	}
	if !r.NoMultipliers && len(r.Multipliers) > 0 {
		t.Offer, t.Multiplier = best(r.Multipliers, o.At.In(r.zone()), o.Location)
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
	case o.At.Before(r.Starts):
		return ExcludedBeforeStart
	case slices.Contains(e.Statuses, o.Status):
		return ExcludedStatus
	case slices.Contains(e.Locations, o.Location):
		return ExcludedLocation
	case slices.Contains(e.Customers, o.Customer):
		return ExcludedCustomer
	case decimal.New(o.Total, -2).LessThan(e.BelowTotal):
		return ExcludedTotal
	case e.TaxExempt && o.Tax == 0 && o.Total > 0:
		return ExcludedTaxExempt
	}
	return ""
}

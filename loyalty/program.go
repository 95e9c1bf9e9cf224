package loyalty

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Program is what rules may have beyond a rate; the zero value is a rate alone. Its JSON keys are those of the config
// file.
type Program struct {
	// Multipliers are windows in which orders earn more. Of those that apply, the highest counts.
	Multipliers []Multiplier `json:"multipliers"`
	// NoMultipliers switches all multipliers off: as in Blackbird's triggers, whether a multiplier may apply is a
	// setting of the rule.
	NoMultipliers bool `json:"no_multipliers"`
	// Enrollment is given once to a customer.
	Enrollment Enrollment `json:"enrollment"`
	// Tiers give customers with many points another rate. They are in the order of From.
	Tiers []Tier `json:"tiers"`
	// ExpireAfterDays lets the whole balance expire after so many days without an order; 0 for never.
	ExpireAfterDays int `json:"expire_after_days"`
	// Exclude lists the orders that earn nothing.
	Exclude Exclusions `json:"exclude"`
	// Cap bounds what orders earn.
	Cap Caps `json:"cap"`
}

// Enrollment is what a customer gets for being one.
type Enrollment struct {
	Points int64 `json:"points"`
	// From is a day in the store's time zone. Customers from before it get nothing.
	From Date `json:"from"`
}

// Tier is a rank that customers reach by what their orders have earned.
type Tier struct {
	Name string `json:"name"`
	// From is how many lifetime points it takes: what the customer's earlier orders earned, refunds not taken off.
	From int64 `json:"from"`
	// PointsPerDollar is the tier's rate; nil for the rate of the rules.
	PointsPerDollar *decimal.Decimal `json:"points_per_dollar"`
}

// Exclusions list the orders that earn nothing.
type Exclusions struct {
	// Statuses are some of those that earn.
	Statuses  []model.OrderStatus `json:"statuses"`
	Locations []int64             `json:"locations"`
	// Customers are ids that belong to nobody, such as a shop's id for walk-in sales.
	Customers []string `json:"customers"`
	// BelowTotal excludes orders whose total is less, in dollars.
	BelowTotal decimal.Decimal `json:"below_total"`
	// TaxExempt excludes orders that were paid without any tax.
	TaxExempt bool `json:"tax_exempt"`
}

// Caps bound what orders earn, in points; 0 for no bound.
type Caps struct {
	Order int64 `json:"order"`
	// Day bounds what the orders of one day, in the store's time zone, earn a customer.
	Day int64 `json:"day"`
}

// ParseProgram returns the program from JSON. The error names the unknown key or the invalid value.
func ParseProgram(text []byte) (p Program, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil && !errors.Is(err, io.EOF) {
		return p, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("more than one value")
	}
	return p, p.validate()
}

func (p *Program) validate() error {
	names := make(map[string]bool)
	for i := range p.Multipliers {
		if err := p.Multipliers[i].validate(); err != nil {
			return err
		}
		if names[p.Multipliers[i].Name] {
			return fmt.Errorf("two multipliers have the name %q", p.Multipliers[i].Name)
		}
		names[p.Multipliers[i].Name] = true
	}
	for _, status := range p.Exclude.Statuses {
		if !status.Earns() {
			return fmt.Errorf("exclude.statuses: %q is not one of %q", status, model.EarningStatuses())
		}
	}
	if p.Enrollment.Points < 0 || p.ExpireAfterDays < 0 || p.Cap.Order < 0 || p.Cap.Day < 0 ||
		p.Exclude.BelowTotal.IsNegative() {
		return errors.New("a number is below 0")
	}
	for i, tier := range p.Tiers {
		switch {
		case tier.Name == "":
			return errors.New("a tier has no name")
		case tier.From < 0 || i > 0 && tier.From <= p.Tiers[i-1].From:
			return fmt.Errorf("tier %q begins at %d: tiers go from low to high", tier.Name, tier.From)
		case tier.PointsPerDollar != nil:
			if err := validateRate(*tier.PointsPerDollar); err != nil {
				return fmt.Errorf("tier %q: %w", tier.Name, err)
			}
		}
	}
	return nil
}

// varies reports whether orders may earn by other terms than the one rate.
func (p *Program) varies() bool {
	e := &p.Exclude
	return len(p.Multipliers) > 0 || len(p.Tiers) > 0 || p.Cap != Caps{} || len(e.Statuses) > 0 ||
		len(e.Locations) > 0 || len(e.Customers) > 0 || e.BelowTotal.IsPositive() || e.TaxExempt
}

// NeedsHistory reports whether what an order earns depends on the customer's earlier orders.
func (r *Rules) NeedsHistory() bool { return len(r.Tiers) > 0 || r.Cap.Day > 0 }

// Fingerprint returns a text that differs between rules by which orders earn differently; empty for rules that are a
// rate alone.
func (r *Rules) Fingerprint() string {
	if !r.varies() {
		return ""
	}
	text, err := json.Marshal([]any{r.PointsPerDollar, r.Basis, r.Starts.UTC(), r.zone().String(), r.Program})
	if err != nil {
		// JSON has all types of the rules.
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:4])
}

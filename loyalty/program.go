package loyalty

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Program is what rules may have beyond a rate. The zero value has nothing of it. As JSON, its keys are those of the config file.
type Program struct {
	// Multipliers are windows in which orders earn more. The highest that applies wins.
	Multipliers []Multiplier `json:"multipliers"`
	// NoMultipliers switches them off for orders without forgetting them: whether a multiplier may apply is a setting of the rule, as in
	// Blackbird's triggers.
	NoMultipliers bool `json:"no_multipliers"`
	// Enrollment is given once to a customer.
	Enrollment Enrollment `json:"enrollment"`
	// Tiers give customers of many points a rate of their own.
	Tiers []Tier `json:"tiers"`
	// ExpireAfterDays lets the whole balance expire after so many days without an order; 0 for never.
	ExpireAfterDays int `json:"expire_after_days"`
	// Exclude says which orders earn nothing.
	Exclude Exclusions `json:"exclude"`
	// Cap bounds what orders earn.
	Cap Caps `json:"cap"`
}

// Enrollment is what a customer gets for being one.
type Enrollment struct {
	Points int64 `json:"points"`
	// From is a day in the store's time zone: who was a customer before gets nothing.
	From Date `json:"from"`
}

// Tier is a standing that customers reach by what their orders have earned.
type Tier struct {
	Name string `json:"name"`
	// From is how many lifetime points it takes: those that the customer's earlier orders earned, refunds not taken off.
	From int64 `json:"from"`
	// PointsPerDollar is the tier's rate, the program's own where it has none.
	PointsPerDollar *decimal.Decimal `json:"points_per_dollar"`
}

// Exclusions say which orders earn nothing.
type Exclusions struct {
	// Statuses are out of completed and partially_refunded: no other earns in any case.
	Statuses  []model.OrderStatus `json:"statuses"`
	Locations []int64             `json:"locations"`
	// Customers are ids that stand for nobody, as shops keep one for those who walk in.
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

// ParseProgram reads a program from JSON; the error names an unknown key, or what is wrong.
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
			return fmt.Errorf("exclude.statuses: %q is neither completed nor partially_refunded", status)
		}
	}
	switch {
	case p.Enrollment.Points < 0, p.ExpireAfterDays < 0, p.Cap.Order < 0, p.Cap.Day < 0, p.Exclude.BelowTotal.IsNegative():
		return errors.New("a number is below 0")
	}
	return p.validateTiers()
}

func (p *Program) validateTiers() error {
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

// tier is the highest that so many lifetime points reach; false for none.
func (p *Program) tier(lifetime int64) (Tier, bool) {
	for _, tier := range slices.Backward(p.Tiers) {
		if lifetime >= tier.From {
			return tier, true
		}
	}
	return Tier{}, false
}

// varies tells whether orders may earn by other terms than the one rate.
func (p *Program) varies() bool {
	e := &p.Exclude
	return len(p.Multipliers) > 0 || len(p.Tiers) > 0 || p.Cap != Caps{} || len(e.Statuses) > 0 || len(e.Locations) > 0 ||
		len(e.Customers) > 0 || e.BelowTotal.IsPositive() || e.TaxExempt
}

// NeedsHistory tells whether what an order earns depends on the customer's other orders.
func (r *Rules) NeedsHistory() bool { return len(r.Tiers) > 0 || r.Cap.Day > 0 }

// Fingerprint tells rules by which orders earn from others; empty for those that have nothing but a rate.
func (r *Rules) Fingerprint() string {
	if !r.varies() {
		return ""
	}
	text, err := json.Marshal([]any{r.PointsPerDollar, r.Basis, r.Starts.UTC(), r.zone().String(), r.Program})
	if err != nil {
		// Nothing in the rules is of a kind that JSON does not have.
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:4])
}

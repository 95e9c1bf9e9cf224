package loyalty

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
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
}

// NeedsHistory reports whether what an order earns depends on the customer's earlier orders.
func (r *Rules) NeedsHistory() bool { return len(r.Tiers) > 0 || r.Cap.Day > 0 }

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

// Program is what rules may have beyond a rate; the zero value is a rate alone. Its JSON keys are those of the config
// file.
type Program struct {
	// Multipliers are windows in which orders earn more. Of those that apply, the highest counts.
	Multipliers []Multiplier `json:"multipliers,omitempty"`
	// NoMultipliers switches all multipliers off: as in Blackbird's triggers, whether a multiplier may apply is a
	// setting of the rule.
	NoMultipliers bool `json:"no_multipliers,omitempty"`
	// Enrollment is given once to a customer.
	Enrollment Enrollment `json:"enrollment,omitzero"`
	// Tiers give customers with many points another rate. They are in the order of From.
	Tiers []Tier `json:"tiers,omitempty"`
	// TierWindow says which of a customer's earlier orders count for a tier; empty for WindowLifetime.
	TierWindow TierWindow `json:"tier_window,omitempty"`
	// ExpireAfterDays lets the whole balance expire after so many days without an order; 0 for never.
	ExpireAfterDays int `json:"expire_after_days,omitempty"`
	// Exclude lists the orders that earn nothing.
	Exclude Exclusions `json:"exclude"`
	// Cap bounds what orders earn.
	Cap Caps `json:"cap,omitzero"`
	// Negative says what becomes of a balance below 0; empty for NegativeCarry.
	Negative Negative `json:"negative,omitempty"`
	// EffectiveFrom is when these rules come into force, where they are not those of the store's newest version; none
	// for the present.
	EffectiveFrom Moment `json:"effective_from,omitzero"`
}

// Negative is what becomes of a balance below 0, as after a refund of an order whose points were spent.
type Negative string

const (
	// NegativeCarry leaves it: what the customer earns makes up for it.
	NegativeCarry Negative = "carry"
	// NegativeWriteOff brings it to 0, by a line of its own.
	NegativeWriteOff Negative = "write_off"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *Negative) UnmarshalText(text []byte) error {
	switch *n = Negative(text); *n {
	case "", NegativeCarry, NegativeWriteOff:
		return nil
	}
	return fmt.Errorf("negative: %q is neither %q nor %q", text, NegativeCarry, NegativeWriteOff)
}

// Multiplier raises, or lowers, what orders earn within its window. An order must meet all conditions that are set.
type Multiplier struct {
	Name string `json:"name"`
	// Factor is what the points are multiplied by, at most four decimals.
	Factor decimal.Decimal `json:"multiplier"`
	// From and Until are days in the store's time zone, both included.
	From  Date `json:"from,omitzero"`
	Until Date `json:"until,omitzero"`
	// Weekdays are those on which the window opens.
	Weekdays []Weekday `json:"weekdays,omitempty"`
	// Hours is when the window is open on such a day. One that ends before it begins goes on past midnight and belongs
	// to the day on which it began.
	Hours     Hours   `json:"hours,omitzero"`
	Locations []int64 `json:"locations,omitempty"`
}

// applies reports whether the window is open for an order, in the shop's local time: when clocks are put back, the hour
// that comes twice is in the window twice, and when they are put forward, the hour that is left out is in none.
func (m *Multiplier) applies(at time.Time, location int64) bool {
	if len(m.Locations) > 0 && !slices.Contains(m.Locations, location) {
		return false
	}
	day, open := m.Hours.day(at)
	return open && (m.From.IsZero() || !day.Before(m.From)) && (m.Until.IsZero() || !m.Until.Before(day)) &&
		(len(m.Weekdays) == 0 || slices.Contains(m.Weekdays, Weekday(day.noon().Weekday())))
}

// maxFactor keeps any order's points within the ledger's 64 bits.
var maxFactor = decimal.NewFromInt(1_000)

func (m *Multiplier) validate() error {
	switch {
	case strings.TrimSpace(m.Name) == "":
		return fmt.Errorf("a multiplier has no name")
	case m.Factor.IsNegative() || m.Factor.GreaterThan(maxFactor) || !m.Factor.Equal(m.Factor.Truncate(rateDecimals)):
		return fmt.Errorf("multiplier %q: %s is not a number from 0 to %s with at most %d decimals",
			m.Name, m.Factor, maxFactor, rateDecimals)
	case !m.From.IsZero() && !m.Until.IsZero() && m.Until.Before(m.From):
		return fmt.Errorf("multiplier %q: it ends before it begins", m.Name)
	}
	return nil
}

// Enrollment is what a customer gets for being one.
type Enrollment struct {
	Points int64 `json:"points,omitempty"`
	// From is a day in the store's time zone. Customers from before it get nothing.
	From Date `json:"from,omitzero"`
}

// Tier is a rank that customers reach by what their orders have earned.
type Tier struct {
	Name string `json:"name"`
	// From is how many points it takes: what the customer's earlier orders within the window had earned, less what
	// refunds had taken of it by then.
	From int64 `json:"from"`
	// PointsPerDollar is the tier's rate; nil for the rate of the rules.
	PointsPerDollar *decimal.Decimal `json:"points_per_dollar,omitempty"`
}

// TierWindow says which of a customer's earlier orders count for the tier of an order.
type TierWindow string

// The windows: all earlier orders, those of the same calendar year, and those of the twelve months before the order, in
// the store's time zone.
const (
	WindowLifetime        TierWindow = "lifetime"
	WindowCalendarYear    TierWindow = "calendar_year"
	WindowRolling12Months TierWindow = "rolling_12_months"
)

// Exclusions list the orders that earn nothing.
type Exclusions struct {
	// Statuses are some of those that earn.
	Statuses  []model.OrderStatus `json:"statuses,omitempty"`
	Locations []int64             `json:"locations,omitempty"`
	// Customers are ids that belong to nobody, such as a shop's id for walk-in sales.
	Customers []string `json:"customers,omitempty"`
	// BelowTotal excludes orders whose total is less, in dollars.
	BelowTotal decimal.Decimal `json:"below_total,omitzero"`
	// TaxExempt excludes orders that were paid without any tax.
	TaxExempt bool `json:"tax_exempt,omitempty"`
}

// Caps bound what orders earn, in points; 0 for no bound.
type Caps struct {
	Order int64 `json:"order,omitempty"`
	// Day bounds what the orders of one day, in the store's time zone, earn a customer.
	Day int64 `json:"day,omitempty"`
}

// ParseProgram returns the program from JSON. The error names the unknown key or the invalid value.
func ParseProgram(text []byte) (p Program, err error) {
	if err := model.ParseJSON(text, &p); err != nil {
		return p, err
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
	if p.Enrollment.Points > model.MaxGift {
		return fmt.Errorf("enrollment.points: %d is above %d", p.Enrollment.Points, model.MaxGift)
	}
	switch p.TierWindow {
	case "", WindowLifetime, WindowCalendarYear, WindowRolling12Months:
	default:
		return fmt.Errorf("tier_window %q is not one of %q", p.TierWindow,
			[]TierWindow{WindowLifetime, WindowCalendarYear, WindowRolling12Months})
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

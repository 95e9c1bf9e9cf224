package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Program is a loyalty program. The JSON keys are those of the config file's loyalty block.
type Program struct {
	Rate   decimal.Decimal `json:"-"`
	Basis  string          `json:"-"`
	Starts time.Time       `json:"-"`
	// Zone is where days and hours are.
	Zone *time.Location `json:"-"`

	Multipliers   []Multiplier `json:"multipliers"`
	NoMultipliers bool         `json:"no_multipliers"`
	Enrollment    Enrollment   `json:"enrollment"`
	Tiers         []Tier       `json:"tiers"`
	// TierWindow says which earlier orders count for a tier; empty for WindowLifetime.
	TierWindow string `json:"tier_window"`
	// ExpireAfterDays is 0 for never.
	ExpireAfterDays int     `json:"expire_after_days"`
	Exclude         Exclude `json:"exclude"`
	Cap             Cap     `json:"cap"`
	// Negative says what becomes of a balance below 0; empty for NegativeCarry.
	Negative string `json:"negative"`
}

// Multiplier is a window in which orders earn more or less. Days are spelled 2026-01-31, hours 16:00-20:00, weekdays
// mon; an empty text is no condition.
type Multiplier struct {
	Name      string          `json:"name"`
	Factor    decimal.Decimal `json:"multiplier"`
	From      string          `json:"from"`
	Until     string          `json:"until"`
	Weekdays  []string        `json:"weekdays"`
	Hours     string          `json:"hours"`
	Locations []int64         `json:"locations"`
}

// Enrollment is what a customer gets once who is one since a day or later.
type Enrollment struct {
	Points int64  `json:"points"`
	From   string `json:"from"`
}

// Tier is a rank by what earlier orders have earned; without a rate of its own it has the program's.
type Tier struct {
	Name string           `json:"name"`
	From int64            `json:"from"`
	Rate *decimal.Decimal `json:"points_per_dollar"`
}

// Exclude says which orders earn nothing.
type Exclude struct {
	Statuses   []string        `json:"statuses"`
	Locations  []int64         `json:"locations"`
	Customers  []string        `json:"customers"`
	BelowTotal decimal.Decimal `json:"below_total"`
	TaxExempt  bool            `json:"tax_exempt"`
}

// Cap bounds what an order earns, and what the orders of a day earn; 0 for no bound.
type Cap struct {
	Order int64 `json:"order"`
	Day   int64 `json:"day"`
}

// ParseProgram reads a loyalty block, with one point per dollar of the total, in UTC.
func ParseProgram(text string) (Program, error) {
	p := Program{Rate: decimal.NewFromInt(1), Basis: BasisTotal, Zone: time.UTC}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return Program{}, fmt.Errorf("read loyalty program: %w", err)
	}
	return p, nil
}

// day is the local day of a moment, so spelled that the later day is the greater text.
func (p *Program) day(at time.Time) string { return at.In(p.Zone).Format(time.DateOnly) }

// excludes reports whether an order earns nothing, whatever its total.
func (p *Program) excludes(o Order) bool {
	return o.OrderedAt.Before(p.Starts) ||
		slices.Contains(p.Exclude.Statuses, o.Status) ||
		slices.Contains(p.Exclude.Locations, o.LocationID) ||
		slices.Contains(p.Exclude.Customers, o.CustomerID.String) ||
		o.Total.LessThan(p.Exclude.BelowTotal) ||
		p.Exclude.TaxExempt && o.Tax.IsZero()
}

// multiplier is the highest of those that apply to an order; 1 where none does.
func (p *Program) multiplier(o Order) decimal.Decimal {
	highest, found := decimal.NewFromInt(1), false
	for _, m := range p.Multipliers {
		if p.NoMultipliers || !m.applies(o.OrderedAt.In(p.Zone), o.LocationID) {
			continue
		}
		if !found || m.Factor.GreaterThan(highest) {
			highest, found = m.Factor, true
		}
	}
	return highest
}

// applies reports whether the window is open at a local time. What the clock on the wall shows decides: an hour that
// comes twice is in twice, and one that is left out never is. A window past midnight is of the day on which it opened.
func (m *Multiplier) applies(local time.Time, location int64) bool {
	opened, clock := local, local.Format("15:04")
	opens, closes, bounded := strings.Cut(m.Hours, "-")
	switch {
	case !bounded:
	case opens < closes && (clock < opens || clock >= closes):
		return false
	case opens >= closes && clock < closes:
		opened = time.Date(local.Year(), local.Month(), local.Day()-1, 12, 0, 0, 0, local.Location())
	case opens >= closes && clock < opens:
		return false
	}
	day, weekday := opened.Format(time.DateOnly), strings.ToLower(opened.Format("Mon"))
	return (m.From == "" || day >= m.From) && (m.Until == "" || day <= m.Until) &&
		(len(m.Weekdays) == 0 || slices.Contains(m.Weekdays, weekday)) &&
		(len(m.Locations) == 0 || slices.Contains(m.Locations, location))
}

// counts reports whether what an order earned earlier counts for the tier of one at a moment.
func (p *Program) counts(earlier, at time.Time) bool {
	switch p.TierWindow {
	case WindowCalendarYear:
		return earlier.In(p.Zone).Year() == at.In(p.Zone).Year()
	case WindowRolling12Months:
		return !earlier.Before(at.In(p.Zone).AddDate(0, -12, 0))
	}
	return true
}

// rate is what a dollar earns a customer whose earlier orders have earned so many points.
func (p *Program) rate(earlier int64) decimal.Decimal {
	rate, reached := p.Rate, int64(-1)
	for _, tier := range p.Tiers {
		if earlier < tier.From || tier.From <= reached {
			continue
		}
		rate, reached = p.Rate, tier.From
		if tier.Rate != nil {
			rate = *tier.Rate
		}
	}
	return rate
}

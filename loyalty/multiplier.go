package loyalty

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Multiplier raises, or lowers, what orders earn within its window. An order must meet all conditions that are set.
type Multiplier struct {
	Name string `json:"name"`
	// Factor is what the points are multiplied by, at most four decimals.
	Factor decimal.Decimal `json:"multiplier"`
	// From and Until are days in the store's time zone, both included.
	From  Date `json:"from"`
	Until Date `json:"until"`
	// Weekdays are those on which the window opens.
	Weekdays []Weekday `json:"weekdays"`
	// Hours is when the window is open on such a day. One that ends before it begins goes on past midnight and belongs
	// to the day on which it began.
	Hours     Hours   `json:"hours"`
	Locations []int64 `json:"locations"`
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

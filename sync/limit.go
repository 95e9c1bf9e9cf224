package sync

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Limit is how much one pass may do without being asked again: a number, or a share of what there is.
type Limit struct {
	text   string
	number int64
	share  decimal.Decimal
	// least is what is always allowed.
	least int64
}

// DefaultMaxRemovals allows a fifth of the live rows, and never fewer than 20: a small menu may change in a day.
func DefaultMaxRemovals() Limit {
	return Limit{text: "20%", share: decimal.New(20, -2), least: 20}
}

// DefaultMaxPointsChange allows a fifth of all points in the store, and never fewer than 10,000.
func DefaultMaxPointsChange() Limit {
	return Limit{text: "20%", share: decimal.New(20, -2), least: 10_000}
}

// ParseLimit reads a number, such as 50, or a percentage, such as 20%.
func ParseLimit(text string) (Limit, error) {
	if digits, isShare := strings.CutSuffix(strings.TrimSpace(text), "%"); isShare {
		percent, err := decimal.NewFromString(strings.TrimSpace(digits))
		if err != nil || percent.IsNegative() || percent.GreaterThan(decimal.NewFromInt(100)) {
			return Limit{}, fmt.Errorf("%q is not a percentage from 0%% to 100%%", text)
		}
		return Limit{text: text, share: percent.Shift(-2)}, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return Limit{}, fmt.Errorf("%q is neither a number nor a percentage", text)
	}
	return Limit{text: text, number: n}, nil
}

func (l Limit) String() string { return l.text }

// of returns how much of what there is the pass may do.
func (l Limit) of(all int64) int64 {
	if l.share.IsZero() {
		return max(l.number, l.least)
	}
	return max(l.share.Mul(decimal.NewFromInt(all)).IntPart(), l.least)
}

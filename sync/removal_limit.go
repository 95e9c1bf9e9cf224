package sync

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxRemovals is how many rows one pass may take out of the store: a number, or a share of the live rows.
type MaxRemovals struct {
	text  string
	rows  int64
	share decimal.Decimal
	// least is what is always allowed.
	least int64
}

// DefaultMaxRemovals allows a fifth of the live rows, and never fewer than 20: a small menu may change in a day.
func DefaultMaxRemovals() MaxRemovals {
	return MaxRemovals{text: "20%", share: decimal.New(20, -2), least: 20}
}

// ParseMaxRemovals reads a number of rows, such as 50, or a percentage of the live rows, such as 20%.
func ParseMaxRemovals(text string) (MaxRemovals, error) {
	if digits, isShare := strings.CutSuffix(strings.TrimSpace(text), "%"); isShare {
		percent, err := decimal.NewFromString(strings.TrimSpace(digits))
		if err != nil || percent.IsNegative() || percent.GreaterThan(decimal.NewFromInt(100)) {
			return MaxRemovals{}, fmt.Errorf("%q is not a percentage from 0%% to 100%%", text)
		}
		return MaxRemovals{text: text, share: percent.Shift(-2)}, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return MaxRemovals{}, fmt.Errorf("%q is neither a number of rows nor a percentage", text)
	}
	return MaxRemovals{text: text, rows: n}, nil
}

func (m MaxRemovals) String() string { return m.text }

// of returns how many of the live rows may be removed.
func (m MaxRemovals) of(live int64) int64 {
	if m.share.IsZero() {
		return max(m.rows, m.least)
	}
	return max(m.share.Mul(decimal.NewFromInt(live)).IntPart(), m.least)
}

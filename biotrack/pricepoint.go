package biotrack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// PriceBreak is one line of a price table: at a member level, this quantity costs this much in all.
type PriceBreak struct {
	Level    int64
	Quantity decimal.Decimal
	Price    decimal.Decimal
}

// PriceTable is a product's or a category's price point, decoded.
type PriceTable []PriceBreak

// ParsePriceTable reads a price point: triples `level,quantity,price` joined by colons. A pair `quantity,price` belongs
// to level 0, and a bare number is level 0's price for one. Blank text is an empty table. BioTrack's own encoding is
// not published; this grammar, in the style of its roomdata, is the one place that knows any.
//
// Anything else is an error, never a price of 0: a quantity that is not above 0, a negative price, amounts that the
// store could not hold, or two prices for one quantity at one level.
func ParsePriceTable(text string) (PriceTable, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var table PriceTable
	for part := range strings.SplitSeq(text, ":") {
		b, err := parseBreak(strings.Split(part, ","))
		if err != nil {
			return nil, fmt.Errorf("price point part %q: %w", part, err)
		}
		same := func(o PriceBreak) bool { return o.Level == b.Level && o.Quantity.Equal(b.Quantity) }
		if slices.ContainsFunc(table, same) {
			return nil, fmt.Errorf("price point part %q: second price for one quantity at level %d", part, b.Level)
		}
		table = append(table, b)
	}
	return table, nil
}

// At returns the level's breaks, smallest quantity first.
func (t PriceTable) At(level int64) PriceTable {
	at := slices.DeleteFunc(slices.Clone(t), func(b PriceBreak) bool { return b.Level != level })
	slices.SortFunc(at, func(a, b PriceBreak) int { return a.Quantity.Cmp(b.Quantity) })
	return at
}

func parseBreak(fields []string) (b PriceBreak, err error) {
	level, quantity, price := "0", "1", fields[len(fields)-1]
	switch len(fields) {
	case 1:
	case 2:
		quantity = fields[0]
	case 3:
		level, quantity = fields[0], fields[1]
	default:
		return b, fmt.Errorf("%d fields where at most 3 are known", len(fields))
	}
	if b.Level, err = strconv.ParseInt(strings.TrimSpace(level), 10, 64); err != nil || b.Level < 0 {
		return b, fmt.Errorf("level %q is not a level's number", level)
	}
	if b.Quantity, err = model.ParseDecimal(quantity); err != nil || !b.Quantity.IsPositive() {
		return b, fmt.Errorf("quantity %q is not a number above 0", quantity)
	}
	if b.Quantity.GreaterThanOrEqual(model.MaxQuantity()) {
		return b, fmt.Errorf("quantity %q is out of range", quantity)
	}
	if b.Price, err = model.ParseDecimal(price); err != nil || b.Price.IsNegative() {
		return b, fmt.Errorf("price %q is not a price", price)
	}
	if b.Price.GreaterThanOrEqual(decimal.NewFromInt(MaxDollars)) {
		return b, fmt.Errorf("price %q is out of range", price)
	}
	b.Price = b.Price.Round(2)
	return b, nil
}

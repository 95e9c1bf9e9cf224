package biotrack

import (
	"cmp"
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

// Parse reads a price point. Blank text is an empty table.
//
// What the grammar does not know is an error, never a price of 0: a quantity that is not above 0, a negative price,
// amounts that the store could not hold, or two prices for one quantity at one level.
func (g PriceGrammar) Parse(text string) (table PriceTable, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	g = g.withDefaults()
	prices, err := g.writtenPrices(text)
	if err != nil {
		return nil, err
	}
	for _, price := range prices {
		fields, err := g.fields(price)
		b := PriceBreak{Level: g.DefaultLevel, Quantity: decimal.NewFromInt(1)}
		if err = cmp.Or(err, b.set(fields, g.Unit)); err != nil {
			return nil, fmt.Errorf("price point part %q: %w", price, err)
		}
		same := func(o PriceBreak) bool { return o.Level == b.Level && o.Quantity.Equal(b.Quantity) }
		if slices.ContainsFunc(table, same) {
			return nil, fmt.Errorf("price point part %q: second price for one quantity at level %d", price, b.Level)
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

// set sets the fields that are written.
func (b *PriceBreak) set(fields fieldTexts, unit PriceUnit) (err error) {
	if level, ok := fields[FieldLevel]; ok {
		b.Level, err = strconv.ParseInt(strings.TrimSpace(level), 10, 64)
		if err != nil || b.Level < 0 {
			return fmt.Errorf("level %q is not a level's number", level)
		}
	}
	if quantity, ok := fields[FieldQuantity]; ok {
		if b.Quantity, err = model.ParseDecimal(quantity); err != nil || !b.Quantity.IsPositive() {
			return fmt.Errorf("quantity %q is not a number above 0", quantity)
		}
		if b.Quantity.GreaterThanOrEqual(model.MaxQuantity()) {
			return fmt.Errorf("quantity %q is out of range", quantity)
		}
	}
	price := fields[FieldPrice]
	if b.Price, err = model.ParseDecimal(price); err != nil || b.Price.IsNegative() {
		return fmt.Errorf("price %q is not a price", price)
	}
	if unit == UnitCents {
		b.Price = b.Price.Shift(-2)
	}
	if b.Price.GreaterThanOrEqual(decimal.NewFromInt(MaxDollars)) {
		return fmt.Errorf("price %q is out of range", price)
	}
	b.Price = b.Price.Round(2)
	return nil
}

package oracle

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// wholeNumber is a level's or a room's id.
var wholeNumber = regexp.MustCompile(`^[0-9]+$`)

// priceBreak is one break of a price point: so much for a quantity at a level.
type priceBreak struct {
	level           int64
	quantity, price decimal.Decimal
}

// parsePricePoint reads a price point's text. False where any part of it, for whatever level, is not understood or
// makes no sense.
func parsePricePoint(text string) ([]priceBreak, bool) {
	var breaks []priceBreak
	for _, part := range strings.Split(text, ":") {
		b, ok := parseBreak(part)
		if !ok || !sensible(b) || twice(breaks, b) {
			return nil, false
		}
		breaks = append(breaks, b)
	}
	return breaks, true
}

// parseBreak reads `level,quantity,price`, `quantity,price` or `price`.
func parseBreak(part string) (priceBreak, bool) {
	fields := strings.Split(part, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	switch len(fields) {
	case 1:
		fields = []string{"0", "1", fields[0]}
	case 2:
		fields = []string{"0", fields[0], fields[1]}
	case 3:
	default:
		return priceBreak{}, false
	}
	level, levelOK := whole(fields[0])
	quantity, quantityOK := number(fields[1])
	price, priceOK := number(fields[2])
	return priceBreak{level, quantity, price}, levelOK && quantityOK && priceOK
}

// whole reads a whole number that is not negative.
func whole(s string) (int64, bool) {
	if !wholeNumber.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// sensible: a quantity above 0, a price not below 0, both of a size that the store can hold.
func sensible(b priceBreak) bool {
	return b.quantity.IsPositive() && b.quantity.LessThan(tooMuch) &&
		!b.price.IsNegative() && b.price.LessThan(billion)
}

// twice reports whether a level has a break for this quantity already.
func twice(breaks []priceBreak, b priceBreak) bool {
	for _, other := range breaks {
		if other.level == b.level && other.quantity.Equal(b.quantity) {
			return true
		}
	}
	return false
}

// levelBreaks are the breaks of one level, by quantity.
func levelBreaks(breaks []priceBreak, level int64) []priceBreak {
	var out []priceBreak
	for _, b := range breaks {
		if b.level == level {
			out = append(out, b)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].quantity.LessThan(out[j].quantity) })
	return out
}

// choosePrices gives a level's breaks from the product's own price point, from its category's where it has none. False
// where the text does not parse.
func choosePrices(own, category Text, level int64) ([]priceBreak, bool) {
	text := clean(own)
	if !text.Valid {
		text = clean(category)
	}
	if !text.Valid {
		return nil, true
	}
	all, ok := parsePricePoint(text.String)
	return levelBreaks(all, level), ok
}

// priced reports whether a level's breaks can be shown: there are some, the smallest quantity does not show as 0, and
// nothing costs 0.00 unless that is allowed.
func priced(breaks []priceBreak, allowFree bool) bool {
	for _, b := range breaks {
		if cents(b.price).IsZero() && !allowFree {
			return false
		}
	}
	return len(breaks) > 0 && !breaks[0].quantity.Round(4).IsZero()
}

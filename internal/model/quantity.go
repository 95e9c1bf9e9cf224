package model

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Quantity is an exact amount of goods, in grams or pieces. A shop has a hundred thousand of them to add up, and nearly
// all are whole numbers of millionths that a machine word holds; what is not is kept beside them as a decimal. The zero
// value is nothing.
type Quantity struct {
	millionths int64
	rest       decimal.Decimal
}

// millionthsScale is how many decimals a millionth has.
const millionthsScale = 6

// mostMillionths is far below the end of a machine word, so that two of them can be added.
const mostMillionths = 1 << 61

// ParseQuantity reads digits with at most one point and a sign, blanks around them allowed: no exponents, no words.
func ParseQuantity(text string) (Quantity, error) {
	if n, plain := parseMillionths(strings.TrimSpace(text)); plain {
		return Quantity{millionths: n}, nil
	}
	d, err := ParseDecimal(text)
	return Quantity{rest: d}, err
}

// parseMillionths reads at most twelve digits and six decimals.
func parseMillionths(text string) (n int64, plain bool) {
	const mostDigits = 12
	digits, decimals := 0, -1
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '.' && decimals < 0 && digits > 0:
			decimals = 0
			continue
		case c < '0' || c > '9':
			return 0, false
		}
		n = n*10 + int64(c-'0')
		digits++
		if decimals >= 0 {
			decimals++
		}
	}
	if digits == 0 || digits > mostDigits || decimals > millionthsScale || decimals == 0 {
		return 0, false
	}
	for range millionthsScale - max(decimals, 0) {
		n *= 10
	}
	return n, true
}

// Add returns the sum.
func (q Quantity) Add(o Quantity) Quantity {
	sum := Quantity{millionths: q.millionths + o.millionths, rest: q.rest}
	if !o.rest.IsZero() {
		sum.rest = sum.rest.Add(o.rest)
	}
	if sum.millionths >= mostMillionths {
		sum.rest, sum.millionths = sum.Decimal(), 0
	}
	return sum
}

// Decimal returns the amount.
func (q Quantity) Decimal() decimal.Decimal {
	d := decimal.New(q.millionths, -millionthsScale)
	if !q.rest.IsZero() {
		d = d.Add(q.rest)
	}
	return d
}

// String writes the amount without needless zeros.
func (q Quantity) String() string { return q.Decimal().String() }

// longestNumber bounds a number's text; a till writes a dozen characters.
const longestNumber = 40

// ParseDecimal parses digits with at most one point and a sign, blanks around them allowed: no exponents, no words.
func ParseDecimal(text string) (decimal.Decimal, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestNumber || strings.Trim(text, "0123456789.-") != "" {
		return decimal.Decimal{}, fmt.Errorf("%q is not a number", text)
	}
	return decimal.NewFromString(text)
}

// MaxQuantity returns the magnitude from which on a quantity is no stock of any shop, and more than the store's
// numeric(14,4) holds.
func MaxQuantity() decimal.Decimal { return decimal.New(1, 10) }

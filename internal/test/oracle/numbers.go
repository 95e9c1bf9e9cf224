package oracle

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// plainNumber is the only spelling of a number that is taken from a text: NaN, infinities and exponents are not.
var plainNumber = regexp.MustCompile(`^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)

// floatNumber is how a column of floating-point numbers writes the large and the small.
var floatNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?e[+-][0-9]+$`)

// billion is the magnitude from which an amount of money is absurd.
var billion = decimal.NewFromInt(1_000_000_000)

// number reads a plain decimal number.
func number(s string) (decimal.Decimal, bool) {
	if !plainNumber.MatchString(s) {
		return decimal.Zero, false
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}

// columnNumber reads a number from a column of numbers of any type.
func columnNumber(s string) (decimal.Decimal, bool) {
	if floatNumber.MatchString(s) {
		d, err := decimal.NewFromString(s)
		return d, err == nil
	}
	return number(s)
}

// amount reads an amount of money exactly; NULL is 0. False: no number, or a magnitude of a billion or more when
// rounded.
func amount(t Text) (decimal.Decimal, bool) {
	if !t.Valid {
		return decimal.Zero, true
	}
	d, ok := columnNumber(t.String)
	return d, ok && cents(d).Abs().LessThan(billion)
}

// cents rounds half away from zero to two decimals.
func cents(d decimal.Decimal) decimal.Decimal {
	return d.Round(2)
}

// floor4 cuts to four decimals, towards minus infinity.
func floor4(d decimal.Decimal) decimal.Decimal {
	return d.Shift(4).Floor().Shift(-4)
}

// roundHalfUp rounds to the nearest whole number, an exact half towards plus infinity.
func roundHalfUp(r *big.Rat) int64 {
	shifted := new(big.Rat).Add(r, big.NewRat(1, 2))
	// Euclidean division by a positive denominator is the floor.
	return new(big.Int).Div(shifted.Num(), shifted.Denom()).Int64()
}

// integer reads a whole number; standard replaces NULL and for what is no whole number.
func integer(t Text, standard int64) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(t.String), 10, 64)
	if !t.Valid || err != nil {
		return standard
	}
	return n
}

// seconds reads a time: a number that is beyond the year 9999 in seconds is in milliseconds.
func seconds(n int64) int64 {
	if n > time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix() {
		return n / 1000
	}
	return n
}

// flag reports whether a 0/1 column is set; standard is the column's default, which NULL means.
func flag(t Text, standard bool) bool {
	if !t.Valid {
		return standard
	}
	return integer(t, 0) != 0
}

package model

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"strconv"

	"github.com/shopspring/decimal"
)

// Cents is an amount of money in hundredths of a dollar.
type Cents int64

// String returns dollars with two decimals, as the store keeps them.
func (c Cents) String() string { return string(c.AppendTo(nil)) }

// AppendTo appends what String returns.
func (c Cents) AppendTo(b []byte) []byte {
	if c < 0 {
		b = append(b, '-')
	}
	dollars, cents := c.Abs()/100, c.Abs()%100
	b = strconv.AppendInt(b, int64(dollars), 10)
	return append(b, '.', byte('0'+cents/10), byte('0'+cents%10))
}

// Abs returns the magnitude.
func (c Cents) Abs() Cents { return max(c, -c) }

// Decimal returns dollars.
func (c Cents) Decimal() decimal.Decimal { return decimal.New(int64(c), -2) }

// Value implements driver.Valuer.
func (c Cents) Value() (driver.Value, error) { return c.String(), nil }

// MarshalText implements encoding.TextMarshaler: a decimal as text, so that no reader makes a float of it.
func (c Cents) MarshalText() ([]byte, error) { return c.AppendTo(nil), nil }

// Scan implements sql.Scanner. It accepts what ParseCents does.
func (c *Cents) Scan(from any) (err error) {
	switch v := from.(type) {
	case []byte:
		*c, err = ParseCents(v)
	case string:
		*c, err = ParseCents([]byte(v))
	default:
		err = errCents
	}
	return err
}

var errCents = errors.New("amount is not dollars with two decimals")

// ParseCents parses what Cents.String returns: dollars with exactly two decimals. Anything else is an error.
func ParseCents(text []byte) (Cents, error) {
	digits, negative := bytes.CutPrefix(text, []byte("-"))
	n, decimals, ok := ParseDigits(digits)
	if !ok || decimals != 2 || digits[0] == '.' {
		return 0, errCents
	}
	if negative {
		n = -n
	}
	return Cents(n), nil
}

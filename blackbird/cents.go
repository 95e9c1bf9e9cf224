package blackbird

import (
	"database/sql/driver"
	"errors"
	"strconv"

	"github.com/shopspring/decimal"
)

// Cents is an amount of money in hundredths of a dollar.
type Cents int64

// String writes dollars with two decimals, as the store keeps them.
func (c Cents) String() string { return string(c.append(nil)) }

func (c Cents) append(to []byte) []byte {
	if c < 0 {
		to = append(to, '-')
	}
	dollars, cents := c.Abs()/100, c.Abs()%100
	to = strconv.AppendInt(to, int64(dollars), 10)
	return append(to, '.', byte('0'+cents/10), byte('0'+cents%10))
}

// Abs returns the magnitude.
func (c Cents) Abs() Cents { return max(c, -c) }

// Decimal returns dollars.
func (c Cents) Decimal() decimal.Decimal { return decimal.New(int64(c), -2) }

// Value writes the amount to a database.
func (c Cents) Value() (driver.Value, error) { return c.String(), nil }

// MarshalText writes the amount as a decimal in text, so that no reader makes a float of it.
func (c Cents) MarshalText() ([]byte, error) { return c.append(nil), nil }

// Scan reads the amount from a database: digits, with two decimals.
func (c *Cents) Scan(from any) (err error) {
	switch v := from.(type) {
	case []byte:
		*c, err = parseCents(v)
	case string:
		*c, err = parseCents([]byte(v))
	default:
		err = errCents
	}
	return err
}

var errCents = errors.New("amount is not dollars with two decimals")

func parseCents(text []byte) (Cents, error) {
	point := len(text) - 3
	if point < 1 || text[point] != '.' {
		return 0, errCents
	}
	dollars, err := strconv.ParseInt(string(text[:point]), 10, 64)
	cents, err2 := strconv.ParseUint(string(text[point+1:]), 10, 64)
	if err != nil || err2 != nil {
		return 0, errCents
	}
	if text[0] == '-' {
		return Cents(dollars*100 - int64(cents)), nil
	}
	return Cents(dollars*100 + int64(cents)), nil
}

package blackbird

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

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

// Scan reads the amount from a database: digits, with two decimals.
func (c *Cents) Scan(from any) error {
	text := fmt.Sprintf("%s", from)
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != 2 {
		return fmt.Errorf("amount %T is not dollars with two decimals", from)
	}
	*c = Cents(n)
	return nil
}

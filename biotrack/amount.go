package biotrack

import (
	"bytes"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// ValueError is why a value cannot be used.
type ValueError uint8

// What may be wrong with a value.
const (
	ValueOK         ValueError = iota // a usable value
	ValueNull                         // SQL's NULL
	ValueOutOfRange                   // a magnitude of MaxDollars or more, rounded to cents
	ValueNotNumber                    // no number at all: NaN, an infinity, other text
)

func (e ValueError) String() string {
	return [...]string{"usable", "NULL", "out of range", "not a number"}[e]
}

// MaxDollars is the magnitude at which an amount, rounded to cents, is a typing error and not money.
const MaxDollars = 1_000_000_000

const maxCents = MaxDollars * 100

// Amount is an amount of money as the till has it. Cents and Sign are 0 unless ValueError is ValueOK.
type Amount struct {
	Cents model.Cents
	// Sign is -1, 0 or 1 before rounding: half of half a cent is above nothing.
	Sign       int
	ValueError ValueError
}

// ParseAmount parses a number's text, in dollars, and rounds it half away from zero to cents. A nil text is NULL.
func ParseAmount(text []byte) Amount {
	if text == nil {
		return Amount{ValueError: ValueNull}
	}
	digits, negative := bytes.CutPrefix(text, []byte("-"))
	var a Amount
	if n, decimals, ok := model.ParseDigits(digits); ok {
		a = newAmount(n, decimals)
	} else {
		a = parseNumber(string(digits))
	}
	if negative {
		a.Cents, a.Sign = -a.Cents, -a.Sign
	}
	return a
}

// newAmount returns an amount of n units, of which one has so many decimals.
func newAmount(n int64, decimals int) (a Amount) {
	if n > 0 {
		a.Sign = 1
	}
	for ; decimals < 2; decimals++ {
		n *= 10
	}
	half := false
	if decimals > 2 {
		cent := int64(1) // in units
		for ; decimals > 2; decimals-- {
			cent *= 10
		}
		n, half = n/cent, n%cent*2 >= cent
	}
	if half {
		n++
	}
	if n >= maxCents {
		return Amount{ValueError: ValueOutOfRange}
	}
	a.Cents = model.Cents(n)
	return a
}

// parseNumber parses numbers of any length and with exponents.
func parseNumber(text string) Amount {
	d, err := model.ParseNumber(text)
	switch magnitude := int64(d.NumDigits()) + int64(d.Exponent()); {
	case err != nil || d.IsNegative():
		return Amount{ValueError: ValueNotNumber}
	case d.IsZero():
		return Amount{}
	case magnitude < -2:
		return Amount{Sign: 1}
	case magnitude > 10:
		return Amount{ValueError: ValueOutOfRange}
	}
	cents := d.Round(2).Shift(2).IntPart()
	if cents >= maxCents {
		return Amount{ValueError: ValueOutOfRange}
	}
	return Amount{Cents: model.Cents(cents), Sign: 1}
}

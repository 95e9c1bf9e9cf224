package biotrack

import (
	"strings"

	"github.com/shopspring/decimal"
)

// ValueError says why a value cannot be used.
type ValueError uint8

const (
	// ValueOK is a usable value.
	ValueOK ValueError = iota
	// ValueNull is SQL's NULL.
	ValueNull
	// ValueOutOfRange is a magnitude of MaxDollars or more.
	ValueOutOfRange
	// ValueNotNumber is no number at all: NaN, an infinity, other text.
	ValueNotNumber
)

func (f ValueError) String() string {
	return [...]string{"usable", "NULL", "out of range", "not a number"}[f]
}

// MaxDollars is the magnitude from which on an amount is taken for a slip of the till and not for money.
const MaxDollars = 1_000_000_000

const maxCents = MaxDollars * 100

// Amount is an amount of money as the till has it. Cents and Sign are 0 unless ValueError is ValueOK.
type Amount struct {
	Cents int64
	// Sign is -1, 0 or 1 before rounding: half of half a cent is above nothing.
	Sign       int
	ValueError ValueError
}

// ParseAmount reads a numeric's text, in dollars, and rounds it half away from zero to cents. A nil text is NULL.
func ParseAmount(text []byte) Amount {
	if text == nil {
		return Amount{ValueError: ValueNull}
	}
	digits, negative := cutSign(text)
	a, plain := parsePlain(digits)
	if !plain {
		a = parseOdd(string(digits))
	}
	if negative {
		a.Cents, a.Sign = -a.Cents, -a.Sign
	}
	return a
}

func cutSign(text []byte) (digits []byte, negative bool) {
	if len(text) > 0 && text[0] == '-' {
		return text[1:], true
	}
	return text, false
}

// parsePlain reads digits with at most one point, the form in which PostgreSQL writes any numeric of reasonable size.
func parsePlain(text []byte) (_ Amount, ok bool) {
	var a Amount
	decimals, seen := -1, false
	roundUp := false
	for _, c := range text {
		switch {
		case c == '.' && decimals < 0:
			decimals = 0
			continue
		case c < '0' || c > '9':
			return Amount{}, false
		}
		seen = true
		if c != '0' {
			a.Sign = 1
		}
		if decimals >= 0 {
			decimals++
		}
		if decimals > 2 {
			roundUp = roundUp || decimals == 3 && c >= '5'
			continue
		}
		if a.Cents = a.Cents*10 + int64(c-'0'); a.Cents >= maxCents {
			return Amount{ValueError: ValueOutOfRange}, onlyDigits(text)
		}
	}
	for d := max(decimals, 0); d < 2; d++ {
		a.Cents *= 10
	}
	if a.Cents >= maxCents {
		return Amount{ValueError: ValueOutOfRange}, seen
	}
	if roundUp {
		a.Cents++
	}
	return a, seen
}

func onlyDigits(text []byte) bool {
	return strings.Trim(string(text), "0123456789.") == "" && strings.Count(string(text), ".") <= 1
}

// longestOdd bounds what parseOdd looks at, so that 1e999999999 costs nothing.
const longestOdd = 64

// parseOdd reads what is left: exponents, as a double precision column writes them, and things that are no numbers.
func parseOdd(text string) Amount {
	if len(text) > longestOdd || strings.HasPrefix(text, "+") || strings.ContainsAny(text, "+-") && !strings.ContainsAny(text, "eE") {
		return Amount{ValueError: ValueNotNumber}
	}
	d, err := decimal.NewFromString(text)
	if err != nil || d.IsNegative() {
		return Amount{ValueError: ValueNotNumber}
	}
	switch magnitude := int64(d.NumDigits()) + int64(d.Exponent()); {
	case d.IsZero():
		return Amount{}
	case magnitude < -2:
		return Amount{Sign: 1}
	case magnitude > 10 || d.GreaterThanOrEqual(decimal.NewFromInt(MaxDollars)):
		return Amount{ValueError: ValueOutOfRange}
	}
	return Amount{Cents: d.Round(2).Shift(2).IntPart(), Sign: 1}
}

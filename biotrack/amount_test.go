package biotrack

import (
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]Amount{
		"0":                                    {},
		"-0":                                   {},
		"-0.00":                                {},
		"12":                                   {Cents: 1200},
		"12.":                                  {Cents: 1200},
		".5":                                   {Cents: 50},
		"-.5":                                  {Cents: -50},
		"12.3":                                 {Cents: 1230},
		"12.34":                                {Cents: 1234},
		"0000000000012":                        {Cents: 1200},
		"-12.34":                               {Cents: -1234},
		"0.004":                                {},
		"-0.004":                               {},
		"0.005":                                {Cents: 1},
		"-0.005":                               {Cents: -1},
		"0.0049999":                            {},
		"0.00500":                              {Cents: 1},
		"1.995":                                {Cents: 200},
		"-1.995":                               {Cents: -200},
		"9.994999999999":                       {Cents: 999},
		"9.995000000001":                       {Cents: 1000},
		"20.465":                               {Cents: 2047},
		"0." + strings.Repeat("0", 80) + "5":   {},
		"999999999.99":                         {Cents: 99_999_999_999},
		"999999999.994":                        {Cents: 99_999_999_999},
		"-999999999.994":                       {Cents: -99_999_999_999},
		"999999999.995":                        {ValueError: ValueOutOfRange},
		"-999999999.995":                       {ValueError: ValueOutOfRange},
		"999999999.999":                        {ValueError: ValueOutOfRange},
		"9.99999999995e8":                      {ValueError: ValueOutOfRange},
		"9.99999999994e8":                      {Cents: 99_999_999_999},
		"1000000000":                           {ValueError: ValueOutOfRange},
		"-1000000000.00":                       {ValueError: ValueOutOfRange},
		"123456789012345678901234567890":       {ValueError: ValueOutOfRange},
		"123456789012345678901234567890.5":     {ValueError: ValueOutOfRange},
		strings.Repeat("9", 1000):              {ValueError: ValueOutOfRange},
		"1e2":                                  {Cents: 10000},
		"1.5E+1":                               {Cents: 1500},
		"-2.5e-1":                              {Cents: -25},
		"5e-3":                                 {Cents: 1},
		"4.9e-3":                               {},
		"1e-400":                               {},
		"9.99999999e8":                         {Cents: 99_999_999_900},
		"1e9":                                  {ValueError: ValueOutOfRange},
		"-1e9":                                 {ValueError: ValueOutOfRange},
		"1e+308":                               {ValueError: ValueOutOfRange},
		"1000000000000e-9":                     {Cents: 100000},
		"NaN":                                  {ValueError: ValueNotNumber},
		"-NaN":                                 {ValueError: ValueNotNumber},
		"Infinity":                             {ValueError: ValueNotNumber},
		"-Infinity":                            {ValueError: ValueNotNumber},
		"":                                     {ValueError: ValueNotNumber},
		"-":                                    {ValueError: ValueNotNumber},
		".":                                    {ValueError: ValueNotNumber},
		"-.":                                   {ValueError: ValueNotNumber},
		"--5":                                  {ValueError: ValueNotNumber},
		"+5":                                   {ValueError: ValueNotNumber},
		"1.2.3":                                {ValueError: ValueNotNumber},
		"123456789012.5.5":                     {ValueError: ValueNotNumber},
		"123456789012x":                        {ValueError: ValueNotNumber},
		"1,200.00":                             {ValueError: ValueNotNumber},
		"$12":                                  {ValueError: ValueNotNumber},
		"12 ":                                  {ValueError: ValueNotNumber},
		"e5":                                   {ValueError: ValueNotNumber},
		"1e":                                   {ValueError: ValueNotNumber},
		"1e1.5":                                {ValueError: ValueNotNumber},
		"0x10":                                 {ValueError: ValueNotNumber},
		"1_000":                                {ValueError: ValueNotNumber},
		"\u0661\u0662":                         {ValueError: ValueNotNumber},
		strings.Repeat("9", 100) + "e-" + "99": {ValueError: ValueNotNumber},
	} {
		if want.ValueError == ValueOK {
			want.Sign = decimal.RequireFromString(strings.TrimSuffix(text, ".")).Sign()
		}
		if got := ParseAmount([]byte(text)); got != want {
			t.Errorf("ParseAmount(%.60q) = %+v, want %+v", text, got, want)
		}
	}
	if got := ParseAmount([]byte("1e999999999")); got.ValueError == ValueOK {
		t.Errorf("ParseAmount of an absurd exponent = %+v", got)
	}
	if got := ParseAmount(nil); got != (Amount{ValueError: ValueNull}) {
		t.Errorf("ParseAmount(nil) = %+v, want NULL", got)
	}
}

func TestFaultWords(t *testing.T) {
	for fault, want := range map[ValueError]string{
		ValueOK: "usable", ValueNull: "NULL", ValueOutOfRange: "out of range", ValueNotNumber: "not a number",
	} {
		if got := fault.String(); got != want {
			t.Errorf("ValueError(%d) reads %q, want %q", fault, got, want)
		}
	}
}

// numberText is every spelling in which a PostgreSQL column of numbers writes one.
var numberText = regexp.MustCompile(`^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$`)

// referenceAmount reads an amount by way of the decimal library alone.
func referenceAmount(text string) Amount {
	if !numberText.MatchString(text) {
		return Amount{ValueError: ValueNotNumber}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return Amount{ValueError: ValueNotNumber}
	}
	if d.Round(2).Abs().GreaterThanOrEqual(decimal.NewFromInt(MaxDollars)) {
		return Amount{ValueError: ValueOutOfRange}
	}
	return Amount{Cents: model.Cents(d.Round(2).Shift(2).IntPart()), Sign: d.Sign()}
}

// neverWritten are spellings that no server writes, and of which the reference does not speak: exponents beyond any
// column's, and a plus before the digits.
var neverWritten = regexp.MustCompile(`[eE][+-]?[0-9]{5,}$|(^|[^eE])\+`)

func FuzzParseAmount(f *testing.F) {
	for _, text := range []string{"", "-", "0", "12.345", "-0.005", "999999999.995", "1e9", "5e-3", "NaN", "-Infinity",
		"1.2.3"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := ParseAmount(text)
		if text == nil {
			return
		}
		if got.ValueError != ValueOK && got.Cents != 0 {
			t.Errorf("ParseAmount(%q) = %+v: cents of no use", text, got)
		}
		isLongExponential := len(text) > 64 && !numberText.Match(text)
		if neverWritten.Match(text) || isLongExponential || len(text) > 64 &&
			strings.ContainsAny(string(text), "eE") {
			return
		}
		if want := referenceAmount(string(text)); got != want {
			t.Errorf("ParseAmount(%q) = %+v, want %+v", text, got, want)
		}
	})
}

func TestParseEpoch(t *testing.T) {
	for text, want := range map[string]Epoch{
		"0": {}, "946684800": {Seconds: 946684800}, "-5": {Seconds: -5},
		"253402300799": {Seconds: 253402300799}, "253402300800": {Seconds: 253402300}, // 9999, and 1978 in milliseconds
		"1700000000123": {Seconds: 1700000000}, "9223372036854775807": {Seconds: 9223372036854775},
		"1700000000.75": {Seconds: 1700000000}, "1.7e+09": {Seconds: 1700000000}, "1.7e+12": {Seconds: 1700000000},
		"9223372036854775808": {ValueError: ValueNotNumber}, "1e+300": {ValueError: ValueNotNumber},
		"": {ValueError: ValueNotNumber}, "NaN": {ValueError: ValueNotNumber},
	} {
		if got := parseEpoch([]byte(text)); got != want {
			t.Errorf("parseEpoch(%q) = %+v, want %+v", text, got, want)
		}
	}
	if got := parseEpoch(nil); got.ValueError != ValueNull {
		t.Errorf("parseEpoch(nil) = %+v, want NULL", got)
	}
	if got := (Epoch{Seconds: 946684800}).Time().String(); got != "2000-01-01 00:00:00 +0000 UTC" {
		t.Errorf("946684800 is %s", got)
	}
}

func FuzzParseEpoch(f *testing.F) {
	for _, text := range []string{"", "0", "-5", "946684800", "1700000000123", "1.7e+09", "1700000000.5", "NaN"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, d := parseEpoch(text), decimal.Zero
		isNumber := numberText.Match(text)
		if neverWritten.Match(text) {
			return
		}
		if isNumber {
			d = must[decimal.Decimal](t)(decimal.NewFromString(string(text)))
		}
		switch {
		case got.ValueError != ValueOK:
			if got.Seconds != 0 || isNumber && d.Abs().LessThan(decimal.New(1, 18)) {
				t.Errorf("parseEpoch(%q) = %+v", text, got)
			}
		case got.Seconds <= LastSecond && !d.Truncate(0).Equal(decimal.NewFromInt(got.Seconds)) &&
			!d.Shift(-3).Truncate(0).Equal(decimal.NewFromInt(got.Seconds)):
			t.Errorf("parseEpoch(%q) = %d", text, got.Seconds)
		}
	})
}

// BenchmarkParseAmount parses what tickets hold, with and without the loop over the digits.
func BenchmarkParseAmount(b *testing.B) {
	texts := [][]byte{[]byte("45.00"), []byte("0.00"), []byte("3.9875"), []byte("112.5"), []byte("-20.00"), []byte("7")}
	b.Run("digits", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			ParseAmount(texts[i%len(texts)])
		}
	})
	b.Run("decimal", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			parseNumber(strings.TrimPrefix(string(texts[i%len(texts)]), "-"))
		}
	})
}

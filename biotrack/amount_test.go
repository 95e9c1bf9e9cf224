package biotrack

import (
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
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
		"999999999.995":                        {Cents: 100_000_000_000},
		"-999999999.995":                       {Cents: -100_000_000_000},
		"1000000000":                           {Fault: FaultRange},
		"-1000000000.00":                       {Fault: FaultRange},
		"123456789012345678901234567890":       {Fault: FaultRange},
		"123456789012345678901234567890.5":     {Fault: FaultRange},
		strings.Repeat("9", 1000):              {Fault: FaultRange},
		"1e2":                                  {Cents: 10000},
		"1.5E+1":                               {Cents: 1500},
		"-2.5e-1":                              {Cents: -25},
		"5e-3":                                 {Cents: 1},
		"4.9e-3":                               {},
		"1e-400":                               {},
		"9.99999999e8":                         {Cents: 99_999_999_900},
		"1e9":                                  {Fault: FaultRange},
		"-1e9":                                 {Fault: FaultRange},
		"1e+308":                               {Fault: FaultRange},
		"1000000000000e-9":                     {Cents: 100000},
		"NaN":                                  {Fault: FaultSyntax},
		"-NaN":                                 {Fault: FaultSyntax},
		"Infinity":                             {Fault: FaultSyntax},
		"-Infinity":                            {Fault: FaultSyntax},
		"":                                     {Fault: FaultSyntax},
		"-":                                    {Fault: FaultSyntax},
		".":                                    {Fault: FaultSyntax},
		"-.":                                   {Fault: FaultSyntax},
		"--5":                                  {Fault: FaultSyntax},
		"+5":                                   {Fault: FaultSyntax},
		"1.2.3":                                {Fault: FaultSyntax},
		"123456789012.5.5":                     {Fault: FaultSyntax},
		"123456789012x":                        {Fault: FaultSyntax},
		"1,200.00":                             {Fault: FaultSyntax},
		"$12":                                  {Fault: FaultSyntax},
		"12 ":                                  {Fault: FaultSyntax},
		"e5":                                   {Fault: FaultSyntax},
		"1e":                                   {Fault: FaultSyntax},
		"1e1.5":                                {Fault: FaultSyntax},
		"0x10":                                 {Fault: FaultSyntax},
		"1_000":                                {Fault: FaultSyntax},
		"\u0661\u0662":                         {Fault: FaultSyntax},
		strings.Repeat("9", 100) + "e-" + "99": {Fault: FaultSyntax},
	} {
		if want.Fault == FaultNone {
			want.Sign = decimal.RequireFromString(strings.TrimSuffix(text, ".")).Sign()
		}
		if got := ParseAmount([]byte(text)); got != want {
			t.Errorf("ParseAmount(%.60q) = %+v, want %+v", text, got, want)
		}
	}
	if got := ParseAmount([]byte("1e999999999")); got.Fault == FaultNone {
		t.Errorf("ParseAmount of an absurd exponent = %+v", got)
	}
	if got := ParseAmount(nil); got != (Amount{Fault: FaultNull}) {
		t.Errorf("ParseAmount(nil) = %+v, want NULL", got)
	}
}

func TestFaultWords(t *testing.T) {
	for fault, want := range map[Fault]string{
		FaultNone: "usable", FaultNull: "NULL", FaultRange: "out of range", FaultSyntax: "not a number",
	} {
		if got := fault.String(); got != want {
			t.Errorf("Fault(%d) reads %q, want %q", fault, got, want)
		}
	}
}

// numberText is every spelling in which a PostgreSQL column of numbers writes one.
var numberText = regexp.MustCompile(`^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$`)

// referenceAmount reads an amount by way of the decimal library alone.
func referenceAmount(text string) Amount {
	if !numberText.MatchString(text) {
		return Amount{Fault: FaultSyntax}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return Amount{Fault: FaultSyntax}
	}
	if d.Abs().GreaterThanOrEqual(decimal.NewFromInt(MaxDollars)) {
		return Amount{Fault: FaultRange}
	}
	return Amount{Cents: d.Round(2).Shift(2).IntPart(), Sign: d.Sign()}
}

// neverWritten are spellings that no server writes, and of which the reference does not speak: exponents beyond any column's, and
// a plus before the digits.
var neverWritten = regexp.MustCompile(`[eE][+-]?[0-9]{5,}$|(^|[^eE])\+`)

func FuzzParseAmount(f *testing.F) {
	for _, text := range []string{"", "-", "0", "12.345", "-0.005", "999999999.995", "1e9", "5e-3", "NaN", "-Infinity", "1.2.3"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := ParseAmount(text)
		if text == nil {
			return
		}
		if got.Fault != FaultNone && got.Cents != 0 {
			t.Errorf("ParseAmount(%q) = %+v: cents of no use", text, got)
		}
		isLongOdd := len(text) > longestOdd && !numberText.Match(text)
		if neverWritten.Match(text) || isLongOdd || len(text) > longestOdd && strings.ContainsAny(string(text), "eE") {
			return
		}
		if want := referenceAmount(string(text)); got != want {
			t.Errorf("ParseAmount(%q) = %+v, want %+v", text, got, want)
		}
	})
}

func TestParseEpoch(t *testing.T) {
	for text, want := range map[string]Epoch{
		"0": {}, "946684800": {Seconds: 946684800}, "-5": {Seconds: -5}, "9223372036854775807": {Seconds: 1<<63 - 1},
		"9223372036854775808": {Fault: FaultSyntax}, "1.5": {Fault: FaultSyntax}, "": {Fault: FaultSyntax}, "NaN": {Fault: FaultSyntax},
	} {
		if got := parseEpoch([]byte(text)); got != want {
			t.Errorf("parseEpoch(%q) = %+v, want %+v", text, got, want)
		}
	}
	if got := parseEpoch(nil); got.Fault != FaultNull {
		t.Errorf("parseEpoch(nil) = %+v, want NULL", got)
	}
	if got := (Epoch{Seconds: 946684800}).Time().String(); got != "2000-01-01 00:00:00 +0000 UTC" {
		t.Errorf("946684800 is %s", got)
	}
}

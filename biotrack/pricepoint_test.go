package biotrack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// render writes a table in the triples of the grammar, without the zero before the point that the input may have
// spared.
func (t PriceTable) render() string {
	var parts []string
	for _, b := range t {
		quantity := strings.TrimPrefix(b.Quantity.String(), "0")
		parts = append(parts, fmt.Sprintf("%d,%s,%s", b.Level, quantity, b.Price.String()))
	}
	return strings.Join(parts, ":")
}

func TestParsePricePoint(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		" \t\n":                            "",
		"0,1,12.00:0,3.5,38.00:2,1,10.80":  "0,1,12:0,3.5,38:2,1,10.8",
		"12.00":                            "0,1,12",
		"3.5,38":                           "0,3.5,38",
		"12:3.5,38:2,1,10.80":              "0,1,12:0,3.5,38:2,1,10.8",
		" 0 , 1 , 12.00 : 2 , 1 , 10.80 ":  "0,1,12:2,1,10.8",
		"0,1,0":                            "0,1,0",
		"0,1,0.004":                        "0,1,0",
		"0,1,12.345":                       "0,1,12.35",
		"0,.5,7":                           "0,.5,7",
		"0,1.,7.":                          "0,1,7",
		"0,0.0001,7":                       "0,.0001,7",
		"0,1,5." + strings.Repeat("0", 60): "0,1,5",
		"9223372036854775807,1,2":          "9223372036854775807,1,2",
		"0,9999999999.9999,999999999.99":   "0,9999999999.9999,999999999.99",
		"0,1,5:0,2,9:1,1,5":                "0,1,5:0,2,9:1,1,5",
		"2,1,10.80:0,3.5,38.00:0,1,12.00":  "2,1,10.8:0,3.5,38:0,1,12",
	} {
		table, err := PriceGrammar{}.Parse(text)
		if err != nil || table.render() != want {
			t.Errorf("Parse(%q) = %s, %v, want %s", text, table.render(), err, want)
		}
	}
}

func TestParsePricePointRefuses(t *testing.T) {
	for _, text := range []string{
		"ask the manager", "NaN", "$12", "12.00:", ":12.00", "0,1,12::0,2,20", ",", "0,1,2,3", "0,1,", "0,,5", ",1,5",
		"0,0,5", "0,0.0,5", "0,-1,5", "0,1,-5", "0,1,-0.001", "-1,1,5", "1.5,1,5", "x,1,5", "9223372036854775808,1,5",
		"0,1,12.00:0,1,13.00", "0,1,12.00:0,1.0,12.00", "5:6", "1,5:6", "0,1e2,5", "0,1,1e2", "0,1,1_000", "0,1,+5",
		"0,1,1.2.3",
		"0,1,--5", "0,1,5-", "0,1,.", "0,1,-", "0,1,0x5", "0;1;5", "0,10000000000,5", "0,1,1000000000",
		"0,1,1,200.00", "0,1,.-5", "0,.-5,1", "0,1,5.-0",
	} {
		if table, err := (PriceGrammar{}).Parse(text); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", text, table.render())
		}
	}
}

// TestParsePricePointNamesThePart checks that a person can find in the error what to correct.
func TestParsePricePointNamesThePart(t *testing.T) {
	_, err := PriceGrammar{}.Parse("0,1,12.00:0,2,free")
	if err == nil || !strings.Contains(err.Error(), `"0,2,free"`) {
		t.Errorf("error %v does not name the part", err)
	}
}

func TestPriceTableAt(t *testing.T) {
	table := must[PriceTable](t)(PriceGrammar{}.Parse("2,1,10.80:0,28,200:0,1,12:0,3.5,38"))
	for level, want := range map[int64]string{0: "0,1,12:0,3.5,38:0,28,200", 2: "2,1,10.8", 1: ""} {
		if got := table.At(level).render(); got != want {
			t.Errorf("level %d: %s, want %s", level, got, want)
		}
	}
	if got := table.render(); got != "2,1,10.8:0,28,200:0,1,12:0,3.5,38" {
		t.Errorf("At has changed the table's own order: %s", got)
	}
}

// plainDecimal is the only spelling of a number that the grammars know.
var plainDecimal = regexp.MustCompile(`^-?([0-9]+\.?[0-9]*|\.[0-9]+)$`)

// sound reports what must hold of any table.
func (t PriceTable) sound(tb pgtest.TB) {
	tb.Helper()
	for i, b := range t {
		if b.Level < 0 || !b.Quantity.IsPositive() || b.Price.IsNegative() || !b.Price.Equal(b.Price.Round(2)) {
			tb.Errorf("break %s,%s at level %d is not sound", b.Quantity, b.Price, b.Level)
		}
		same := func(o PriceBreak) bool { return o.Level == b.Level && o.Quantity.Equal(b.Quantity) }
		if slices.ContainsFunc(t[:i], same) {
			tb.Errorf("level %d has two prices for %s", b.Level, b.Quantity)
		}
	}
}

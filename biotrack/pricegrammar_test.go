package biotrack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// format writes a table as the grammar reads it.
func (g PriceGrammar) format(table PriceTable) string {
	g = g.withDefaults()
	prices := make([]string, len(table))
	for i, b := range table {
		price := b.Price
		if g.Unit == UnitCents {
			price = price.Shift(2)
		}
		prices[i] = g.formatPrice(map[PriceField]string{
			FieldLevel: fmt.Sprint(b.Level), FieldQuantity: b.Quantity.String(), FieldPrice: price.String(),
		})
	}
	if g.Format == FormatJSON {
		return "[" + strings.Join(prices, ", ") + "]"
	}
	return strings.Join(prices, g.BetweenPrices)
}

func (g PriceGrammar) formatPrice(values map[PriceField]string) string {
	var fields []string
	for _, field := range g.Fields {
		fields = append(fields, values[field])
	}
	for _, f := range []struct {
		name  string
		field PriceField
	}{{g.Names.Price, FieldPrice}, {g.Names.Level, FieldLevel}, {g.Names.Quantity, FieldQuantity}} {
		name, _ := json.Marshal(f.name)
		switch {
		case f.name == "":
		case g.Format == FormatJSON:
			fields = append(fields, string(name)+": "+values[f.field])
		default:
			fields = append(fields, f.name+g.AfterName+values[f.field])
		}
	}
	if g.Format == FormatJSON {
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return strings.Join(fields, g.BetweenFields)
}

func TestPriceGrammar(t *testing.T) {
	for grammar, texts := range map[string]map[string]string{
		``: {"0,1,12.00:2,1,10.80": "0,1,12:2,1,10.8"},
		`{"between_prices": "|", "between_fields": "@", "fields": ["price", "quantity"]}`: {
			"12.00@1|38@3.5": "0,1,12:0,3.5,38", "12": "0,1,12", "2@12@1": "", "12:1": "",
		},
		`{"fields": ["quantity", "price", "level"], "default_level": 3}`: {
			"1,12,0:1,10,2": "0,1,12:2,1,10", "1,12": "3,1,12", "12:3.5,38": "3,1,12:3,3.5,38",
		},
		`{"fields": ["level", "price"]}`: {
			"0,12:2,10": "0,1,12:2,1,10", "12": "0,1,12", "0,1,12": "",
		},
		`{"fields": ["price"]}`:                             {"12": "0,1,12", "1,12": ""},
		`{"between_prices": "\n", "between_fields": "\t"}`:  {" 0\t1\t12\r\n2\t1\t10\r\n": "0,1,12:2,1,10"},
		`{"between_prices": " or ", "between_fields": "x"}`: {"1 x 12 or 3.5x38": "0,1,12:0,3.5,38"},
		`{"unit": "cents"}`: {
			"0,1,1200:2,1,1080": "0,1,12:2,1,10.8", "5": "0,1,.05", "0.4": "0,1,0",
			"99999999999": "0,1,999999999.99", "100000000000": "",
		},
		`{"names": {"level": "l", "quantity": "q", "price": "p"}}`: {
			"l=0,q=1,p=12:p=38,q=3.5": "0,1,12:0,3.5,38", "p=12": "0,1,12", " p = 12 , l = 2 ": "2,1,12", "l=0,q=1": "",
			"p=12,p=13": "", "p=12,t=1": "", "12": "", "p=": "", "P=12": "", "=12": "", "p=12,": "", "p=1=2": "",
			"q=,p=12": "", "p=12:p=13": "",
		},
		`{"between_prices": ";", "between_fields": " ", "after_name": ":", "names": {"price": "cost"},
			"ignore": ["by"]}`: {
			"cost:12 by:sam": "0,1,12", "cost:12 by:": "0,1,12", "cost:12 by": "", "cost:12 level:2": "",
		},
		`{"format": "json"}`: {
			`[{"level": 0, "quantity": 1, "price": 12.00}, {"price": "38", "quantity": "3.5"}]`: "0,1,12:0,3.5,38",
			`{"price": 10.80, "level": "2"}`: "2,1,10.8", `[]`: "", ` [ ] `: "", `{"price": 0.1}`: "0,1,.1",
			`{"price": 12, "level": null}`: "0,1,12", `{"price": null}`: "", `{"price": 12, "price": 13}`: "",
			`{"price": 123456789.119999999999999999}`: "0,1,123456789.12", `{"price": 1e2}`: "", `{"price": true}`: "",
			`{"price": [12]}`: "", `{"price": 12`: "", `[{"price": 12}] x`: "", `[[0,1,12]]`: "", `12`: "", `"12"`: "",
			`{"price": 12, "name": "each"}`: "", `{}`: "", `{"price": 12, "": 3}`: "", "[null]": "",
			`{"price": 12}{"price": 12}`:  "",
			`{"price": 12, "level": 2.0}`: "",
		},
		`{"format": "json", "unit": "cents", "names": {"price": "p", "level": "tier"}, "ignore": ["tags"]}`: {
			`{"p": 1250, "tier": 4, "tags": ["a", {"p": 1}]}`: "4,1,12.5", `{"p": 1250, "quantity": 2}`: "",
		},
	} {
		g, err := ParsePriceGrammar([]byte(grammar))
		if err != nil {
			t.Errorf("%s: %v", grammar, err)
		}
		for text, want := range texts {
			table, err := g.Parse(text)
			if got := table.render(); strings.ReplaceAll(got, ",0.", ",.") != want {
				t.Errorf("%s: Parse(%q) = %s, %v, want %s", grammar, text, got, err, want)
			}
			if (err == nil) != (want != "" || strings.Trim(text, "[] ") == "") {
				t.Errorf("%s: Parse(%q): error %v", grammar, text, err)
			}
		}
	}
}

func TestPriceGrammarContradicts(t *testing.T) {
	for text, want := range map[string]string{
		`{"format": "xml"}`:                               `format "xml"`,
		`{"unit": "euros"}`:                               `unit "euros"`,
		`{"default_level": -1}`:                           "default_level -1",
		`{"default_level": "a"}`:                          "default_level",
		`{"prises": ","}`:                                 `unknown key "prises"`,
		`{"between_prices": ","}`:                         `separator "," cannot be told from ","`,
		`{"between_prices": ":", "between_fields": "::"}`: `separator "::" cannot be told from ":"`,
		`{"between_fields": "5"}`:                         `separator "5"`,
		`{"between_fields": " - "}`:                       `separator " - "`,
		`{"between_prices": "."}`:                         `separator "."`,
		`{"fields": ["level", "quantity"]}`:               "lack the price",
		`{"fields": ["price", "price"]}`:                  `at most once: "price"`,
		`{"fields": ["price", "weight"]}`:                 `at most once: "weight"`,
		`{"fields": ["price"], "names": {"price": "p"}}`:  "these have names",
		`{"fields": ["price"], "format": "json"}`:         "these have names",
		`{"format": "json", "between_prices": ";"}`:       "format text alone",
		`{"format": "json", "after_name": ":"}`:           "format text alone",
		`{"names": {"level": "l"}}`:                       "lacks the price",
		`{"names": {"level": "p", "price": "p"}}`:         `name "p" is given twice`,
		`{"names": {"price": "p"}, "ignore": ["p"]}`:      `name "p" is given twice`,
		`{"names": {"price": " p"}}`:                      `name " p"`,
		`{"names": {"price": "p"}, "ignore": [""]}`:       `name ""`,
		`{"names": {"price": "a,b"}}`:                     `separator "," cannot be told from "a,b"`,
		`{"names": {"price": "p"}, "after_name": ","}`:    `separator "," cannot be told from ","`,
		`{"after_name": "="}`:                             "names is missing",
		`{"ignore": ["x"]}`:                               "names is missing",
	} {
		if g, err := ParsePriceGrammar([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is %+v, %v, want an error with %s", text, g, err, want)
		}
	}
}

// TestPriceGrammarString: the default grammar has no text, however it is written; another one's is read back.
func TestPriceGrammarString(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `{"format": "text"}`, `{"unit": "dollars", "default_level": 0}`,
		`{"between_prices": ":", "between_fields": ",", "fields": ["level", "quantity", "price"]}`,
	} {
		if got := must[PriceGrammar](t)(ParsePriceGrammar([]byte(text))).String(); got != "" {
			t.Errorf("%s has the text %s", text, got)
		}
	}
	for text, same := range map[string]string{
		`{"format": "json"}`: `{"format": "json", "names":
			{"level": "level", "quantity": "quantity", "price": "price"}}`,
		`{"names": {"price": "p"}}`:    `{"names": {"price": "p"}, "after_name": "=", "between_prices": ":"}`,
		`{"default_level": 1}`:         `{"default_level": 1, "between_fields": ","}`,
		`{"fields": ["price"]}`:        `{"fields": ["price"], "unit": "dollars"}`,
		`{"between_prices": "<&>"}`:    `{"between_prices": "<&>", "format": "text"}`,
		`{"between_prices": "\u2028"}`: `{"between_prices": "\u2028"}`,
	} {
		one := must[PriceGrammar](t)(ParsePriceGrammar([]byte(text)))
		two := must[PriceGrammar](t)(ParsePriceGrammar([]byte(same)))
		again := must[PriceGrammar](t)(ParsePriceGrammar([]byte(one.String())))
		if one.String() == "" || one.String() != two.String() {
			t.Errorf("%s has the text %s, %s has %s", text, one, same, two)
		}
		if diff := cmp.Diff(one.withDefaults(), again.withDefaults()); diff != "" {
			t.Errorf("%s is read back otherwise: %s", text, diff)
		}
	}
}

// FuzzPriceGrammar: whatever the grammar, a text is read as sound prices, none of them free but for a zero or a
// fraction that is written, or it is refused.
func FuzzPriceGrammar(f *testing.F) {
	for _, grammar := range []string{
		``, `{"format": "json"}`, `{"unit": "cents", "between_prices": "|"}`, `{"names": {"price": "p", "level": "l"}}`,
		`{"fields": ["price", "quantity"], "default_level": 2}`, `{"names": {"price": "p"}, "ignore": ["x"]}`,
	} {
		for _, text := range []string{
			"", "12.00", "3.5,38", "0,1,12.00:0,3.5,38.00:2,1,10.80", " 0 , 1 , 12 ", "0,1,12.345", "ask", "0,-1,5",
			"0,1,-5", "0,1,5:0,1.0,6", "0,1,.-5", `[{"price": 12}, {"level": 2, "price": 1}]`, "p=12,l=2:p=3", "0,1,0",
			"1200,1|3,1", `{"price":"", "price":0}`,
		} {
			f.Add(grammar, text)
		}
	}
	f.Fuzz(func(t *testing.T, grammar, text string) {
		g, err := ParsePriceGrammar([]byte(grammar))
		if err != nil {
			return
		}
		table, err := g.Parse(text)
		if err != nil {
			if table != nil {
				t.Errorf("%s: Parse(%q) gives a table and an error", grammar, text)
			}
			return
		}
		table.sound(t)
		free := func(b PriceBreak) bool { return b.Price.IsZero() }
		if slices.ContainsFunc(table, free) && !strings.ContainsAny(text, "0.") {
			t.Errorf("%s: Parse(%q) has a price of 0: %s", grammar, text, table.render())
		}
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ':' || r == ',' }) {
			if part = strings.TrimSpace(part); g.String() == "" && part != "" && !plainDecimal.MatchString(part) &&
				!strings.HasPrefix(part, "+") {
				t.Errorf("Parse(%q) took %q for a number", text, part)
			}
		}
		if g.Format == FormatJSON || g.Names == (FieldNames{}) { // a name and what follows it may look like a separator
			g.readsBack(t, grammar, table)
		}
	})
}

// readsBack checks that a table is read back as it is written, where the grammar can write all of it.
func (g PriceGrammar) readsBack(t *testing.T, grammar string, table PriceTable) {
	t.Helper()
	again, err := g.Parse(g.format(table))
	equal := func(a, b PriceBreak) bool {
		return a.Level == b.Level && a.Quantity.Equal(b.Quantity) && a.Price.Equal(b.Price)
	}
	if err != nil || !slices.EqualFunc(table, again, equal) {
		t.Errorf("%s: %s reads back as %s, %v", grammar, g.format(table), again.render(), err)
	}
}

// TestAnyTableReadsBack: each grammar that can write all fields reads any table that it has written.
func TestAnyTableReadsBack(t *testing.T) {
	table := PriceTable{
		{0, decimal.NewFromInt(1), decimal.New(1200, -2)}, {0, decimal.New(35, -1), decimal.New(38, 0)},
		{7, decimal.New(1, -4), decimal.New(99999999999, -2)}, {7, decimal.New(99999999999999, -4), decimal.Zero},
	}
	for _, grammar := range []string{
		``, `{"unit": "cents"}`, `{"fields": ["price", "level", "quantity"]}`, `{"format": "json"}`,
		`{"names": {"level": "l", "quantity": "q", "price": "p"}, "between_prices": "\n"}`,
		`{"format": "json", "unit": "cents", "names": {"level": "a\"b", "quantity": "q", "price": "é"}}`,
	} {
		must[PriceGrammar](t)(ParsePriceGrammar([]byte(grammar))).readsBack(t, grammar, table)
	}
}

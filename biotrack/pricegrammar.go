package biotrack

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// PriceGrammar says how price points are written. BioTrack's own encoding is not published: this is the one place that
// knows any, and a shop whose server has another one describes it. The zero value is
//
//	0,1,12.00:0,3.5,38.00:2,1,10.80
//
// which are prices in dollars with colons between them, each of a level, a quantity and a price with commas between
// them. A price with fewer fields leaves out the level, and then the quantity, which are DefaultLevel and 1.
type PriceGrammar struct {
	Format PriceFormat `json:"format,omitempty"`
	// BetweenPrices and BetweenFields separate prices, and the fields of one.
	BetweenPrices string `json:"between_prices,omitempty"`
	BetweenFields string `json:"between_fields,omitempty"`
	// Fields are those of a price, in their order.
	Fields []PriceField `json:"fields,omitempty"`
	// Names are the names of the fields, where each is written with its name, in any order: in text with AfterName
	// between the name and the value. A field without a name is never written.
	Names     FieldNames `json:"names,omitzero"`
	AfterName string     `json:"after_name,omitempty"`
	// Ignore are names of other fields. A name that is not known makes a price point unreadable.
	Ignore       []string  `json:"ignore,omitempty"`
	Unit         PriceUnit `json:"unit,omitempty"`
	DefaultLevel int64     `json:"default_level,omitempty"`
}

// FieldNames are the names that price points give the fields of a price.
type FieldNames struct {
	Level    string `json:"level,omitempty"`
	Quantity string `json:"quantity,omitempty"`
	Price    string `json:"price,omitempty"`
}

// PriceFormat is text, or JSON: objects, in an array or not.
type PriceFormat string

// PriceUnit is the unit of prices.
type PriceUnit string

// PriceField is a field of a price.
type PriceField string

// The values of a grammar.
const (
	FormatText    PriceFormat = "text"
	FormatJSON    PriceFormat = "json"
	UnitDollars   PriceUnit   = "dollars"
	UnitCents     PriceUnit   = "cents"
	FieldLevel    PriceField  = "level"
	FieldQuantity PriceField  = "quantity"
	FieldPrice    PriceField  = "price"
)

// ParsePriceGrammar returns a grammar from JSON, or what in it contradicts itself.
func ParsePriceGrammar(text []byte) (g PriceGrammar, err error) {
	if err := model.ParseJSON(text, &g); err != nil {
		return g, err
	}
	return g, cmp.Or(g.wrongValue(), g.contradiction(), g.withDefaults().confusion())
}

// String returns the grammar as ParsePriceGrammar reads it, empty for the default one, however it is written.
func (g PriceGrammar) String() string {
	g, usual := g.withDefaults(), PriceGrammar{}.withDefaults()
	if reflect.DeepEqual(g, usual) {
		return ""
	}
	text, _ := model.JSON(g) // of texts and a number
	return text
}

// withDefaults returns the grammar with all that it leaves out.
func (g PriceGrammar) withDefaults() PriceGrammar {
	g.Format, g.Unit = cmp.Or(g.Format, FormatText), cmp.Or(g.Unit, UnitDollars)
	if g.Format == FormatJSON {
		g.Names = cmp.Or(g.Names, FieldNames{Level: "level", Quantity: "quantity", Price: "price"})
		return g
	}
	g.BetweenPrices, g.BetweenFields = cmp.Or(g.BetweenPrices, ":"), cmp.Or(g.BetweenFields, ",")
	switch {
	case g.Names != FieldNames{}:
		g.AfterName = cmp.Or(g.AfterName, "=")
	case len(g.Fields) == 0:
		g.Fields = []PriceField{FieldLevel, FieldQuantity, FieldPrice}
	}
	return g
}

// wrongValue returns which setting has a value that is none.
func (g PriceGrammar) wrongValue() error {
	switch {
	case !slices.Contains([]PriceFormat{"", FormatText, FormatJSON}, g.Format):
		return fmt.Errorf("format %q is not text or json", g.Format)
	case !slices.Contains([]PriceUnit{"", UnitDollars, UnitCents}, g.Unit):
		return fmt.Errorf("unit %q is not dollars or cents", g.Unit)
	case g.DefaultLevel < 0:
		return fmt.Errorf("default_level %d is not a level's number", g.DefaultLevel)
	}
	for i, field := range g.Fields {
		known := slices.Contains([]PriceField{FieldLevel, FieldQuantity, FieldPrice}, field)
		if !known || slices.Contains(g.Fields[:i], field) {
			return fmt.Errorf("fields are level, quantity and price, each at most once: %q", field)
		}
	}
	return nil
}

// contradiction returns which of the settings that are given do not go together.
func (g PriceGrammar) contradiction() error {
	isJSON, named := g.Format == FormatJSON, g.Names != FieldNames{}
	switch {
	case isJSON && g.BetweenPrices+g.BetweenFields+g.AfterName != "":
		return errors.New("between_prices, between_fields and after_name are of format text alone")
	case len(g.Fields) > 0 && (named || isJSON):
		return errors.New("fields are for prices without names, and these have names")
	case !isJSON && !named && g.AfterName+strings.Join(g.Ignore, "") != "":
		return errors.New("after_name and ignore are for fields with names: names is missing")
	case named && g.Names.Price == "":
		return errors.New("names lacks the price")
	case len(g.Fields) > 0 && !slices.Contains(g.Fields, FieldPrice):
		return errors.New("fields lack the price")
	}
	return nil
}

// confusion returns which separators or names of a grammar cannot be kept apart.
func (g PriceGrammar) confusion() error {
	names := slices.DeleteFunc([]string{g.Names.Level, g.Names.Quantity, g.Names.Price},
		func(name string) bool { return name == "" })
	names = append(names, g.Ignore...)
	for i, name := range names {
		if strings.TrimSpace(name) != name || name == "" || slices.Contains(names[:i], name) {
			return fmt.Errorf("name %q is given twice, or has blanks around it", name)
		}
	}
	separators := slices.DeleteFunc([]string{g.BetweenPrices, g.BetweenFields, g.AfterName},
		func(separator string) bool { return separator == "" })
	for i, separator := range separators {
		if strings.ContainsAny(separator, "0123456789.-") {
			return fmt.Errorf("separator %q could be part of a number", separator)
		}
		for _, other := range append(slices.Clone(separators[:i]), names...) {
			if strings.Contains(other, separator) || strings.Contains(separator, other) {
				return fmt.Errorf("separator %q cannot be told from %q", separator, other)
			}
		}
	}
	return nil
}

// fieldTexts are the fields of a price that are written, as they are.
type fieldTexts map[PriceField]string

// writtenPrices returns the prices of a text, as it has them.
func (g *PriceGrammar) writtenPrices(text string) ([]string, error) {
	if g.Format == FormatText {
		return strings.Split(text, g.BetweenPrices), nil
	}
	if strings.HasPrefix(text, "{") {
		text = "[" + text + "]"
	}
	var prices []json.RawMessage
	if err := json.Unmarshal([]byte(text), &prices); err != nil {
		return nil, errors.New("it is no array of JSON objects")
	}
	texts := make([]string, len(prices))
	for i, price := range prices {
		texts[i] = string(price)
	}
	return texts, nil
}

// fields returns the fields of a price.
func (g *PriceGrammar) fields(price string) (fieldTexts, error) {
	if g.Format == FormatJSON {
		return g.jsonFields(price)
	}
	texts := strings.Split(price, g.BetweenFields)
	if g.AfterName != "" {
		return g.namedFields(texts)
	}
	order := slices.Clone(g.Fields)
	for _, optional := range []PriceField{FieldLevel, FieldQuantity} {
		if len(texts) < len(order) {
			order = slices.DeleteFunc(order, func(f PriceField) bool { return f == optional })
		}
	}
	if len(texts) != len(order) {
		return nil, fmt.Errorf("%d fields where at most %d are known", len(texts), len(g.Fields))
	}
	fields := make(fieldTexts)
	for i, field := range order {
		fields[field] = texts[i]
	}
	return fields, nil
}

func (g *PriceGrammar) namedFields(texts []string) (fieldTexts, error) {
	fields := make(fieldTexts)
	for _, text := range texts {
		name, value, found := strings.Cut(text, g.AfterName)
		if !found {
			return nil, fmt.Errorf("%q has no %q", text, g.AfterName)
		}
		if err := g.add(fields, strings.TrimSpace(name), value); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// jsonFields returns the fields of a JSON object. A number is taken as it is written.
func (g *PriceGrammar) jsonFields(object string) (fieldTexts, error) {
	fields := make(fieldTexts)
	decoder := json.NewDecoder(strings.NewReader(object))
	decoder.UseNumber()
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	for decoder.More() {
		name, err := decoder.Token()
		var value any
		if err = errors.Join(err, decoder.Decode(&value)); err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		if err := g.add(fields, fmt.Sprint(name), fmt.Sprint(value)); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// add adds a field that is written with its name, unless it is ignored.
func (g *PriceGrammar) add(fields fieldTexts, name, value string) error {
	var field PriceField
	switch {
	case slices.Contains(g.Ignore, name):
		return nil
	case name == "":
		return errors.New("a field has no name")
	case name == g.Names.Level:
		field = FieldLevel
	case name == g.Names.Quantity:
		field = FieldQuantity
	case name == g.Names.Price:
		field = FieldPrice
	default:
		return fmt.Errorf("a field's name %q is not known", name)
	}
	if _, twice := fields[field]; twice {
		return fmt.Errorf("field %q is given twice", name)
	}
	fields[field] = value
	return nil
}

package config

import (
	"reflect"
	"slices"
	stdsync "sync"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/shopspring/decimal"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// keyStores is where a config file lists its stores.
const keyStores = "stores"

// A key is one that a config file may hold.
type key struct {
	flag  *pflag.Flag
	kept  keeping
	shape *jsonschema.Schema
}

// keys are all keys of a config file: the settings of all commands, and three for each that may hold a secret.
var keys = stdsync.OnceValue(func() map[string]key {
	all := make(map[string]key)
	New().flags.VisitAll(func(f *pflag.Flag) {
		name, scope := snake(f.Name), scopeOf(f)
		if scope == anywhere || scope == bySecret {
			all[name] = key{f, inText, shapeOf(f)}
		}
		if scope == bySecret {
			for kept, suffix := range keySuffix {
				all[name+suffix] = key{f, kept, shapeOf(f)}
			}
		}
	})
	return all
})

// Schema returns the JSON schema of the config file, made of the settings themselves.
func Schema() *jsonschema.Schema {
	general, own := make(map[string]*jsonschema.Schema), make(map[string]*jsonschema.Schema)
	for name, key := range keys() {
		property := key.shape.CloneSchemas()
		property.Description = key.flag.Usage
		if general[name] = property; name != FlagStore {
			own[name] = property.CloneSchemas()
		}
	}
	general[keyStores] = &jsonschema.Schema{
		Type: "object", Description: "options of some stores, by name",
		PropertyNames: &jsonschema.Schema{Pattern: storeNames.String()},
		AdditionalProperties: &jsonschema.Schema{
			Types: []string{"object", "null"}, Properties: own, AdditionalProperties: nothing(),
		},
	}
	return &jsonschema.Schema{
		Schema: "https://json-schema.org/draft/2020-12/schema", Title: "blackbirdctl's config file",
		Type: "object", Properties: general, AdditionalProperties: nothing(),
	}
}

// nothing is a schema that no value matches.
func nothing() *jsonschema.Schema { return &jsonschema.Schema{Not: &jsonschema.Schema{}} }

// programSchema describes the loyalty rules by their Go types.
func programSchema() *jsonschema.Schema {
	word := &jsonschema.Schema{Types: []string{"null", "string"}}
	return schemaOf[loyalty.Program](map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[decimal.Decimal](): {Types: []string{"null", "number", "string"}},
		reflect.TypeFor[loyalty.Date]():    word,
		reflect.TypeFor[loyalty.Moment]():  word,
		reflect.TypeFor[loyalty.Hours]():   word,
		reflect.TypeFor[loyalty.Weekday](): word,
	})
}

// priceGrammarSchema describes the grammar of price points by its Go types, or as a text of JSON.
func priceGrammarSchema() *jsonschema.Schema {
	schema := schemaOf[biotrack.PriceGrammar](map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[biotrack.PriceFormat](): enum(string(biotrack.FormatText), string(biotrack.FormatJSON))(),
		reflect.TypeFor[biotrack.PriceUnit]():   enum(string(biotrack.UnitDollars), string(biotrack.UnitCents))(),
		reflect.TypeFor[biotrack.PriceField](): enum(string(biotrack.FieldLevel), string(biotrack.FieldQuantity),
			string(biotrack.FieldPrice))(),
	})
	schema.Types = append(schema.Types, "string")
	return schema
}

func schemaOf[T any](types map[reflect.Type]*jsonschema.Schema) *jsonschema.Schema {
	schema, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: types})
	if err != nil {
		panic(err) // the types are known when the program is compiled
	}
	return optional(schema)
}

// optional lets every property be left out or be null.
func optional(s *jsonschema.Schema) *jsonschema.Schema {
	s.Required, s.PropertyOrder = nil, nil
	if s.Type != "" {
		s.Type, s.Types = "", []string{"null", s.Type}
	}
	if s.Items != nil {
		optional(s.Items)
	}
	for _, property := range s.Properties {
		optional(property)
	}
	return s
}

// allows reports whether a schema allows values of a type.
func allows(s *jsonschema.Schema, kind string) bool {
	return s.Type == kind || slices.Contains(s.Types, kind)
}

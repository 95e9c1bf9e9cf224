package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the machine may have no time zones of its own

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/shopspring/decimal"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// Kind is a kind of option: how a text becomes a value, and how the help, a shell's completion and the JSON schema
// describe it.
type Kind[T any] struct {
	// name is what the help calls a value, must what an error says of it; empty for parse's own error.
	name, must string
	parse      func(text string) (T, error)
	// check reports whether a value that can be parsed may be given; nil if all may.
	check func(T) bool
	// format writes a value as parse reads it; nil for fmt's own way.
	format func(T) string
	// schema describes what the config file may hold; nil for a text or a number.
	schema func() *jsonschema.Schema
}

// read returns the value that a text stands for.
func (k Kind[T]) read(text string) (T, error) {
	value, err := k.parse(text)
	if k.must != "" && (err != nil || k.check != nil && !k.check(value)) {
		err = errors.New("must be " + k.must)
	}
	return value, err
}

// scope says where else than on the command line an option can be given.
type scope int

const (
	// runOnly is an option that is meant for one run: a flag, and nothing else.
	runOnly scope = iota
	// byVariable is an option that can be given by variable, anywhere is one that can also be given in the file.
	byVariable
	anywhere
	// bySecret is one like anywhere that may hold a secret: also the name of a file or a variable that holds it can
	// be given.
	bySecret
)

// Flag adds a flag that sets what to points to, for one run: neither a variable nor the config file can give it.
func Flag[T any](f *pflag.FlagSet, to *T, name string, kind Kind[T], byDefault T, usage string) {
	declare(f, to, name, kind, byDefault, usage, runOnly)
}

func setting[T any](f *pflag.FlagSet, to *T, name string, kind Kind[T], byDefault T, usage string) {
	declare(f, to, name, kind, byDefault, usage, anywhere)
}

func secret(f *pflag.FlagSet, to *string, name, usage string) {
	declare(f, to, name, text, "", usage, bySecret)
}

func declare[T any](f *pflag.FlagSet, to *T, name string, kind Kind[T], byDefault T, usage string, s scope) {
	*to = byDefault
	f.Var(&value[T]{kind, to, s}, name, usage)
}

// option is a value of any type.
type option interface {
	shape() *jsonschema.Schema
	scope() scope
}

func scopeOf(f *pflag.Flag) scope {
	if o, ok := f.Value.(option); ok {
		return o.scope()
	}
	return runOnly
}

// IsRunOnly reports whether an option is meant for one run, so that neither a variable nor the config file can give
// it.
func IsRunOnly(f *pflag.Flag) bool { return scopeOf(f) == runOnly }

// Words returns the values that a flag can be chosen from, nil if there are too many to list.
func Words(f *pflag.Flag) (words []string) {
	schema := shapeOf(f)
	if schema.Items != nil {
		schema = schema.Items
	}
	for _, word := range schema.Enum {
		if text, ok := word.(string); ok {
			words = append(words, text)
		}
	}
	return words
}

// shapeOf returns what the config file may hold for a flag: a word or a number, unless its kind says otherwise.
func shapeOf(f *pflag.Flag) *jsonschema.Schema {
	if o, ok := f.Value.(option); ok {
		return o.shape()
	}
	return anyWord()
}

// types describes a value of one of some types.
func types(names ...string) func() *jsonschema.Schema {
	return func() *jsonschema.Schema { return &jsonschema.Schema{Types: names} }
}

var anyWord = types("string", "number", "null")

// value is an option that is bound to a variable; it implements pflag.Value.
type value[T any] struct {
	Kind[T]
	to    *T
	where scope
}

func (v *value[T]) Set(text string) error {
	parsed, err := v.read(text)
	if err == nil {
		*v.to = parsed
	}
	return err
}

func (v *value[T]) String() string {
	if v.format == nil {
		return fmt.Sprint(*v.to)
	}
	return v.format(*v.to)
}

func (v *value[T]) Type() string { return v.name }
func (v *value[T]) scope() scope { return v.where }

func (v *value[T]) shape() *jsonschema.Schema {
	if v.schema == nil {
		return anyWord()
	}
	return v.schema()
}

// enum describes one word out of some, or null.
func enum(words ...string) func() *jsonschema.Schema {
	return func() *jsonschema.Schema {
		schema := &jsonschema.Schema{Types: []string{"string", "null"}, Enum: []any{nil}}
		for _, word := range words {
			schema.Enum = append(schema.Enum, word)
		}
		return schema
	}
}

func asWritten(text string) (string, error) { return text, nil }

var text = Kind[string]{name: "string", parse: asWritten}

var boolean = Kind[bool]{
	name: "bool", must: "true or false", parse: strconv.ParseBool,
	schema: types("boolean", "null"),
}

// storeNames are the names that stores can have: a name becomes a folder's name and the store_id of rows.
var storeNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// StoreNameKind is a store's name.
var StoreNameKind = Kind[string]{
	name: "name", must: "up to 63 letters, digits, dots, dashes and underscores, the first a letter or digit",
	parse: asWritten, check: storeNames.MatchString,
}

// ReportKind is a word for what each line of a report of points is of.
var ReportKind = oneOf("day", "month", "customer", "kind", "location")

func oneOf(words ...string) Kind[string] {
	return Kind[string]{
		name: "word", must: "one of " + strings.Join(words, "|"), schema: enum(words...), parse: asWritten,
		check: func(word string) bool { return slices.Contains(words, word) },
	}
}

var (
	logLevel     = oneOf("debug", "info", "warn", "error")
	logFormat    = oneOf("auto", "console", "json")
	outputFormat = oneOf("text", "json", "csv")
)

var region = Kind[string]{
	name: "code", must: "a two-letter country code, such as US", check: sync.IsRegion,
	parse: func(text string) (string, error) { return strings.ToUpper(text), nil },
}

var timeZone = Kind[*time.Location]{
	name: "zone", must: "a time zone of the IANA database, such as America/Denver",
	parse: func(text string) (*time.Location, error) {
		if text == "" { // UTC, for the library
			return nil, errors.New("no zone")
		}
		return time.LoadLocation(text)
	},
	check: func(zone *time.Location) bool { return zone != time.Local },
}

// AtLeast is a whole number with a lower bound; none is what the help says of a default below it.
func AtLeast(least int64, none string) Kind[int64] {
	return Kind[int64]{
		name: "number", must: fmt.Sprintf("a whole number of at least %d", least),
		format: func(n int64) string {
			if n < least {
				return none
			}
			return strconv.FormatInt(n, 10)
		},
		parse: parseInt, check: func(n int64) bool { return n >= least },
	}
}

// DaysKind is a number of days, such as 30d.
var DaysKind = Kind[int64]{
	name: "days", must: "a number of days of at least 1, such as 30d",
	format: func(n int64) string { return strconv.FormatInt(n, 10) + "d" },
	parse:  func(text string) (int64, error) { return parseInt(strings.TrimSuffix(text, "d")) },
	check:  func(n int64) bool { return n >= 1 && n <= 100_000 },
}

// percentage is a share such as 80%, in percent.
var percentage = Kind[int64]{
	name: "percentage", must: "a percentage from 0% to 100%, in whole numbers",
	format: func(n int64) string { return strconv.FormatInt(n, 10) + "%" },
	parse:  func(text string) (int64, error) { return parseInt(strings.TrimSuffix(text, "%")) },
	check:  func(n int64) bool { return n >= 0 && n <= 100 },
}

func parseInt(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }

var timeout = Kind[time.Duration]{
	name: "duration", must: "a duration of at least 1ms, such as 90s or 2m", parse: time.ParseDuration,
	check: func(limit time.Duration) bool { return limit >= time.Millisecond },
}

// IfLocked is what a pass does while another one of its stream is at work. The zero value fails at once.
type IfLocked struct {
	Skip bool
	// Wait is how long it waits before it fails.
	Wait time.Duration
}

const lockedWait = "wait="

var ifLocked = Kind[IfLocked]{
	name: "fail|skip|wait=duration", must: "fail, skip, or wait= and a duration, such as wait=10m",
	parse: func(text string) (l IfLocked, err error) {
		wait, waits := strings.CutPrefix(text, lockedWait)
		switch {
		case waits:
			l.Wait, err = time.ParseDuration(wait)
		case text == "skip":
			l.Skip = true
		case text != "fail":
			err = errors.New("unknown word")
		}
		return l, err
	},
	check: func(l IfLocked) bool { return l.Wait >= 0 },
	format: func(l IfLocked) string {
		switch {
		case l.Skip:
			return "skip"
		case l.Wait > 0:
			return lockedWait + l.Wait.String()
		}
		return "fail"
	},
}

var amount = Kind[decimal.Decimal]{
	name: "number", must: "a number of at least 0",
	parse: decimal.NewFromString, check: func(n decimal.Decimal) bool { return !n.IsNegative() && n.NumDigits() <= 40 },
}

var limit = Kind[sync.Limit]{name: "number|percentage", parse: sync.ParseLimit}

var basis = Kind[loyalty.Basis]{
	name: "total|subtotal", parse: loyalty.ParseBasis,
	schema: enum(string(loyalty.BasisTotal), string(loyalty.BasisSubtotal)),
}

var program = Kind[loyalty.Program]{
	name: "json", schema: programSchema,
	format: func(loyalty.Program) string { return "" },
	parse:  func(text string) (loyalty.Program, error) { return loyalty.ParseProgram([]byte(text)) },
}

var priceGrammar = Kind[biotrack.PriceGrammar]{
	name: "json", schema: priceGrammarSchema,
	parse: func(text string) (biotrack.PriceGrammar, error) { return biotrack.ParsePriceGrammar([]byte(text)) },
}

// Date is a day of the store, or a moment; empty for none.
type Date string

// DateKind is an option that takes a Date.
var DateKind = Kind[Date]{
	name: "date", must: "a date such as 2026-01-31, or a moment such as 2026-01-31T08:00:00Z",
	parse: func(text string) (Date, error) { return Date(text), nil },
	check: func(d Date) bool {
		at, _ := d.In(time.UTC)
		return !at.IsZero()
	},
}

// In returns the moment at which the day begins in the zone, or the moment itself; the zero time for none. Whole
// reports whether it is a day.
func (d Date) In(zone *time.Location) (at time.Time, whole bool) {
	if at, err := time.ParseInLocation(time.DateOnly, string(d), zone); err == nil {
		return at, true
	}
	at, _ = time.Parse(time.RFC3339, string(d))
	return at, false
}

// split returns the parts of a list: a JSON array, as the config file's lists arrive, or a text with commas.
func split(text string) (parts []string, err error) {
	if strings.HasPrefix(text, "[") {
		err = json.Unmarshal([]byte(text), &parts)
		return parts, err
	}
	return strings.Split(text, ","), nil
}

// list is a kind of several values: in the file a list or a text, elsewhere a text with commas between them. The word
// for none, if there is one, stands for an empty list.
func list[T any](name, must, none string, item func(text string) (T, error), of func() *jsonschema.Schema) Kind[[]T] {
	return Kind[[]T]{
		name: name, must: must,
		schema: func() *jsonschema.Schema {
			return &jsonschema.Schema{Types: []string{"string", "number", "array", "null"}, Items: of()}
		},
		format: func(values []T) string { return FormatList(values, none) },
		parse: func(text string) (values []T, err error) {
			if none != "" && text == none {
				return nil, nil
			}
			parts, err := split(text)
			for _, part := range parts {
				value, failed := item(strings.TrimSpace(part))
				values, err = append(values, value), errors.Join(err, failed)
			}
			return values, err
		},
	}
}

// FormatList writes values with commas between them, and the word for none where there are none.
func FormatList[T any](values []T, none string) string {
	if len(values) == 0 {
		return none
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", ","), "[]")
}

// ids are numbers of locations or rooms.
func ids(none string) Kind[[]int64] {
	return list("ids", "ids with commas between them, such as 1,2", none, parseInt, types("string", "integer"))
}

var locations, rooms = ids("all"), ids("none")

var streams = list("streams", "streams with commas between them, out of "+strings.Join(sync.StreamNames(), ","), "",
	oneOf(sync.StreamNames()...).read, enum(sync.StreamNames()...))

// table describes names with texts: in the file a mapping, or a list or a text of pairs such as a=b, elsewhere such a
// text.
func table() *jsonschema.Schema {
	word := &jsonschema.Schema{Type: "string"}
	return &jsonschema.Schema{
		Types: []string{"string", "array", "object", "null"}, Items: word, AdditionalProperties: word,
	}
}

// pairs returns a table: a JSON object, as the config file's mappings arrive, or a list of pairs such as a=b.
func pairs(text string) (pairs map[string]string, err error) {
	if strings.HasPrefix(text, "{") {
		err = json.Unmarshal([]byte(text), &pairs)
		return pairs, err
	}
	parts, err := split(text)
	pairs = make(map[string]string)
	for _, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		pairs[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	for name, value := range pairs {
		if name == "" || value == "" {
			return nil, errors.New("a pair lacks a part")
		}
	}
	return pairs, err
}

var fileTable = Kind[map[string]string]{
	name: "table=file,…", must: "pairs with commas between them, such as tickets=tickets.sql", schema: table,
	format: func(files map[string]string) string {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(files)) {
			parts = append(parts, name+"="+files[name])
		}
		return strings.Join(parts, ",")
	},
	parse: pairs,
}

// UsualCadences returns how often passes of each stream are due in Blackbird's own integration.
func UsualCadences() map[string]time.Duration {
	usual := make(map[string]time.Duration)
	for _, stream := range sync.Streams() {
		usual[stream.Name] = stream.Cadence
	}
	return usual
}

// cadences are durations by stream; a stream that is left out keeps its usual one.
var cadences = Kind[map[string]time.Duration]{
	name: "cadences", schema: table, format: formatCadences,
	must: "streams with durations of at least 1s, with commas between them, such as " + formatCadences(UsualCadences()),
	parse: func(text string) (map[string]time.Duration, error) {
		set := UsualCadences()
		given, err := pairs(text)
		for stream, every := range given {
			var failed error
			set[stream], failed = time.ParseDuration(every)
			err = errors.Join(err, failed)
		}
		return set, err
	},
	check: func(set map[string]time.Duration) bool {
		return len(set) == len(sync.StreamNames()) && slices.Min(slices.Collect(maps.Values(set))) >= time.Second
	},
}

func formatCadences(cadences map[string]time.Duration) string {
	var parts []string
	for _, stream := range sync.StreamNames() {
		parts = append(parts, stream+"="+output.Duration(cadences[stream]))
	}
	return strings.Join(parts, ",")
}

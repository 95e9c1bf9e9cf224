package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// oneRun are flags as commands declare them for one run.
var oneRun = []string{"repair", "full", "dry-run", "limit"}

// parsed reads a config file that must be right.
func parsed(t *testing.T, text string) *File {
	t.Helper()
	file, err := parse("config.yaml", []byte(text), oneRun)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return file
}

// settings returns what a config file says of a store, which must be right.
func settings(t *testing.T, text, store string) *Config {
	t.Helper()
	c, err := parsed(t, text).Settings(store)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return c
}

// TestValuesAreReadAsWritten: YAML has its own ideas of numbers, booleans and dates; a store's name is none of them.
func TestValuesAreReadAsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"0123": "0123", "1.10": "1.10", "007": "007", "0x10": "0x10", "1_000": "1_000", "1e3": "1e3", "yes": "yes",
		"no": "no", "on": "on",
		"true": "true", "2026-01-01": "2026-01-01", `"0123"`: "0123", "'1.10'": "1.10", "!!str 5": "5",
		"null": "default", "~": "default", "": "default",
	} {
		if got := settings(t, "store: "+text, "").Store; got != want {
			t.Errorf("store: %s is read as %q, want %q", text, got, want)
		}
	}
	c := settings(t, `
locations: [010, 2]
rooms: 007
points_per_dollar: 1.10
reserve: 1e1
member_level: 0x10
starts: 2026-01-01
streams: orders
statement_timeout: 90s
max_removals: 20%
cadences: {orders: 1h}
source_sql: {tickets: "/etc/a,b=c.sql"}
loyalty:
  expire_after_days: 0365
  exclude: {customers: [0123, 5, WALKIN], below_total: 1.10, tax_exempt: True, locations: [08]}
  tiers:
    - {name: 2026, from: 500, points_per_dollar: 1.250}
  enrollment: {points: 100, from: 2026-01-01}
price_points: {between_fields: "|", names: {price: 010, level: no}, unit: cents, default_level: 08}
`, "")
	for _, check := range []struct{ name, got, want any }{
		{"locations", c.Locations, []int64{10, 2}},
		{"rooms", c.Rooms, []int64{7}},
		{"points_per_dollar", c.PointsPerDollar.String(), "1.1"},
		{"reserve", c.Reserve.String(), "10"},
		{"member_level", c.MemberLevel, "0x10"},
		{"starts", c.Starts, Date("2026-01-01")},
		{"streams", c.Streams, []string{"orders"}},
		{"statement_timeout", c.StatementTimeout, 90 * time.Second},
		{"max_removals", c.MaxRemovals.String(), "20%"},
		{"cadences", c.Cadences["orders"], time.Hour},
		{"source_sql", c.SourceSQL, map[string]string{"tickets": "/etc/a,b=c.sql"}},
		{"expire_after_days", c.Program.ExpireAfterDays, 365},
		{"customers", c.Program.Exclude.Customers, []string{"0123", "5", "WALKIN"}},
		{"exclude.locations", c.Program.Exclude.Locations, []int64{8}},
		{"below_total", c.Program.Exclude.BelowTotal.String(), "1.1"},
		{"tax_exempt", c.Program.Exclude.TaxExempt, true},
		{"tier", c.Program.Tiers[0].Name, "2026"},
		{"rate", c.Program.Tiers[0].PointsPerDollar.String(), "1.25"},
		{"price_points", c.PricePoints, biotrack.PriceGrammar{
			BetweenFields: "|", Names: biotrack.FieldNames{Price: "010", Level: "no"}, Unit: "cents", DefaultLevel: 8,
		}},
		{"enrollment", c.Program.Enrollment.From.String(), "2026-01-01"},
	} {
		if diff := cmp.Diff(check.want, check.got); diff != "" {
			t.Errorf("%s: %s", check.name, diff)
		}
	}
}

// TestStoresOfAFile: a store's own options beat those of every store, and null is not set.
func TestStoresOfAFile(t *testing.T) {
	t.Setenv("THIRD_URL", "postgres://third/c")
	const text = `
region: CA
member_level: general
biotrack_url: postgres://general/a
source_sql: {lots: general.sql}
stores:
  0123:
    member_level: 1.10
    source_sql: {tickets: own.sql}
  "1.10": &second
    biotrack_url_file: second.url
    locations: [2]
  third:
    <<: *second
    biotrack_url_env: THIRD_URL
    biotrack_url_file:
    region:
  007:
`
	t.Chdir(t.TempDir())
	if err := os.WriteFile("second.url", []byte("postgres://second/b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"007", "0123", "1.10", "third"}, parsed(t, text).Stores()); diff != "" {
		t.Error(diff)
	}
	general := map[string]string{"lots": "general.sql"}
	for store, want := range map[string]Config{
		"0123": {MemberLevel: "1.10", BiotrackURL: "postgres://general/a", Region: "CA",
			SourceSQL: map[string]string{"tickets": "own.sql"}},
		"1.10": {MemberLevel: "general", BiotrackURL: "postgres://second/b", Region: "CA", SourceSQL: general,
			Locations: []int64{2}},
		"third": {MemberLevel: "general", BiotrackURL: "postgres://third/c", Region: "US", SourceSQL: general,
			Locations: []int64{2}},
		"007": {MemberLevel: "general", BiotrackURL: "postgres://general/a", Region: "CA", SourceSQL: general},
	} {
		c := settings(t, text, store)
		got := Config{
			MemberLevel: c.MemberLevel, BiotrackURL: c.BiotrackURL, Region: c.Region, SourceSQL: c.SourceSQL,
			Locations: c.Locations,
		}
		ignore := cmpopts.IgnoreUnexported(Config{}, sync.Limit{}, loyalty.Moment{})
		if diff := cmp.Diff(want, got, ignore); diff != "" || c.Store != store {
			t.Errorf("store %s is %s: %s", store, c.Store, diff)
		}
	}
	_, err := parsed(t, text).Settings("83")
	wantError(t, "an unknown store", err, `config config.yaml knows no store "83"`, "0123, 1.10")
}

// wantError fails the test unless an error is a SetupError with that problem, and a hint with these words.
func wantError(t *testing.T, of string, err error, problem, hint string) {
	t.Helper()
	setup, ok := errors.AsType[*sync.SetupError](err)
	if !ok || setup.Error() != problem || !strings.Contains(setup.Hint(), hint) || setup.Hint() == "" {
		t.Errorf("%s: error is %v\nwant %s\nhint with %q", of, err, problem, hint)
		if ok {
			t.Log("hint: " + setup.Hint())
		}
	}
}

// TestErrorsNameTheirPosition: line and column of what is wrong, and what to do.
func TestErrorsNameTheirPosition(t *testing.T) {
	for text, want := range map[string]struct{ problem, hint string }{
		"region: US\nmemberlevel: 1":    {`2:1: unknown key "memberlevel"`, "member_level"},
		"stores:\n  a: {reigon: US}":    {`2:7: unknown key "reigon"`, "known keys are"},
		"stores:\n  a:\n    store: b":   {`3:5: unknown key "store"`, "known keys are"},
		"stores:\n  a:\n    stores: {}": {`3:5: unknown key "stores"`, "known keys are"},
		"config: other.yaml":            {`1:1: unknown key "config"`, "known keys are"},
		"region: US\nbatch_size: none": {
			`2:13: batch_size: "none": must be a whole number of at least 1`,
			"correct the value",
		},
		"batch_size: 0x10": {
			`1:13: batch_size: "0x10": must be a whole number of at least 1`,
			"correct",
		},
		"stores:\n  a:\n    locations: [1, x]": {
			`3:16: locations: '["1","x"]': must be ids with commas between them, such as 1,2`,
			"correct",
		},
		"locations: {a: b}": {
			`1:12: locations: must be of type string or number or array`,
			"config example",
		},
		"member_level: [1]": {
			`1:15: member_level: must be of type string or number`,
			"config example",
		},
		"source_sql: [[a]]": {
			`1:14: source_sql: must be of type string`,
			"config example",
		},
		"loyalty:\n  multipler: []": {
			`2:3: loyalty: unknown key "multipler"`,
			"multipliers",
		},
		"loyalty:\n  tiers:\n  - {name: A, form: 5}": {
			`3:15: loyalty.tiers: unknown key "form"`,
			"from, name",
		},
		"loyalty:\n  cap: {day: 0x10}": {
			`2:14: loyalty.cap.day: must be of type integer`,
			"config example",
		},
		"loyalty:\n  exclude:\n    tax_exempt: yes": {
			`3:17: loyalty.exclude.tax_exempt: must be of type boolean`,
			"config example",
		},
		"loyalty:\n  exclude: {locations: [0x8]}": {
			`2:25: loyalty.exclude.locations: must be of type integer`,
			"config example",
		},
		"price_points:\n  between_price: a": {
			`2:3: price_points: unknown key "between_price"`,
			"did you mean between_prices",
		},
		"price_points:\n  names: {cost: p}": {
			`2:11: price_points.names: unknown key "cost"`,
			"level, price, quantity",
		},
		"price_points:\n  default_level: 0x1": {
			`2:18: price_points.default_level: must be of type integer`,
			"config example",
		},
		"region: US\nprice_points:\n  between_prices: ','": {
			`3:3: price_points: '{"between_prices":","}': separator "," cannot be told from ","`,
			"correct",
		},
		"stores:\n  a:\n    price_points: {fields: [price, weight]}": {
			`3:19: price_points: '{"fields":["price","weight"]}': fields are level, quantity and ` +
				`price, each at most once: "weight"`,
			"correct",
		},
		"region: US\nregion: CA": {
			`2:1: key "region" is given twice, first on line 1`,
			"remove",
		},
		"stores:\n  a: {}\n  b: {}\n  a: {}": {
			`4:3: key "a" is given twice, first on line 2`,
			"remove",
		},
		"stores:\n  01: {}\n  ../a: {}": {
			`3:3: stores: "../a": must be up to 63 letters, digits, dots, dashes and underscores, the ` +
				`first a letter or digit`,
			"rename",
		},
		"stores: [a, b]":     {`1:9: must hold keys and values`, "config example"},
		"stores:\n  a: text": {`2:6: must hold keys and values`, "config example"},
		"loyalty: {tiers: [{name: A, from: 1, from: 2}]}": {
			`1:38: key "from" is given twice, first on line 1`,
			"remove",
		},
		"? [a]\n: b":                  {`1:3: a key must be one word`, "config example"},
		"- region":                    {`1:1: must hold keys and values`, "config example"},
		"region: US\n---\nregion: CA": {`2:1: a second document begins here`, "one document"},
		"region: US\n  locations: [1": {
			`2:3: mapping values are not allowed in this context`,
			"correct the file's YAML",
		},
		"member_level: [1": {
			`1:1: did not find expected ',' or ']'`,
			"correct the file's YAML",
		},
		"region: *nowhere": {
			`1:1: unknown anchor 'nowhere' referenced`,
			"correct the file's YAML",
		},
		"loyalty: &a\n  tiers: [*a]": {
			`1:1: anchor 'a' value contains itself`,
			"correct the file's YAML",
		},
		"region: US\nrepair: true": {
			`2:1: repair: --repair is meant for one run, and cannot be given in the config file`,
			"give it as --repair on the command line",
		},
		"stores:\n  a:\n    dry_run:": {
			`3:5: dry_run: --dry-run is meant for one run, and cannot be given in the config file`,
			"give it as --dry-run on the command line",
		},
		"biotrack_url_file: nowhere": {
			`1:20: biotrack_url_file: open nowhere: no such file or directory`,
			"name a file",
		},
		"biotrack_url_env: BLACKBIRDCTL_TEST_NO_SUCH": {
			`1:19: biotrack_url_env: the variable BLACKBIRDCTL_TEST_NO_SUCH is not set`,
			"",
		},
		"biotrack_url: postgres://u:sekret@till/b\nregion: X": {
			`2:9: region: "X": must be a two-letter country code, such as US`,
			"correct",
		},
	} {
		file, err := parse("config.yaml", []byte(text), oneRun)
		if err == nil {
			store := ""
			if names := file.Stores(); len(names) > 0 {
				store = names[0]
			}
			_, err = file.Settings(store)
		}
		wantError(t, text, err, "config.yaml:"+want.problem, want.hint)
		if err != nil && strings.Contains(fmt.Sprintf("%+v", err), "sekret") {
			t.Errorf("%s: the error shows a password: %v", text, err)
		}
	}
}

// TestConfigFileIsBounded: a device that never ends, or a file that aliases make endless, takes no memory.
func TestConfigFileIsBounded(t *testing.T) {
	_, err := ReadFile("/dev/zero", nil)
	wantError(t, "/dev/zero", err, "read config: read /dev/zero: not a regular file", "--config")
	large := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(large, []byte(strings.Repeat("# comment\n", 1<<19)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = ReadFile(large, nil)
	wantError(t, "a large file", err, "read config: read "+large+": larger than 4 MiB", "--config")
	_, err = ReadFile(t.TempDir(), nil)
	if err == nil {
		t.Error("a folder was read")
	}
	var laughs strings.Builder
	laughs.WriteString("loyalty:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&laughs, "  %c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10))
	}
	_, err = parse("config.yaml", []byte(laughs.String()), nil)
	wantError(t, "aliases", err, "config.yaml:1:1: document contains excessive aliasing", "correct")
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing", "---", "null", "stores:", "stores: {}", "region:\nstores: ~"} {
		c := settings(t, text, "")
		if c.Store != DefaultStore || c.Region != "US" {
			t.Errorf("%q is read as store %s of %s", text, c.Store, c.Region)
		}
	}
}

// FuzzConfig: any file is either read, with known keys alone, or refused with a position and a hint.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"", "store: main", "store: [a, b]\nrooms: [0, 3]", "store: {a: b}", "stor: main", "store: 1.50\nrooms: 007",
		"- store", "store: &a\nrooms: *a",
		"store: !!binary aGVsbG8=", "store: 2026-01-01", "\x00", "store: ~\n---\nstore: b", "{",
		"store: |\n  two\n  lines",
		"stores:\n  a: &b {rooms: [010]}\n  c: {<<: *b}", "loyalty: {tiers: [{name: 1, from: 010}]}", "repair: true",
		"source_sql: {a: b}\n<<: {}",
	} {
		f.Add([]byte(seed))
	}
	names := make(map[string]bool)
	for _, key := range keys() {
		names[key.flag.Name] = true
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := parse("x.yaml", text, oneRun)
		if err != nil {
			if setup, ok := errors.AsType[*sync.SetupError](err); !ok || setup.Hint() == "" ||
				!strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("%q: %v has no position or no hint", text, err)
			}
			return
		}
		for _, l := range append(slices.Collect(maps.Values(file.stores)), file.general) {
			for name := range l {
				if !names[name] || slices.Contains(oneRun, name) {
					t.Errorf("%q: option %q was taken", text, name)
				}
			}
		}
		for _, store := range append(file.Stores(), "") {
			if _, err := file.Settings(store); err != nil {
				if _, ok := errors.AsType[*sync.SetupError](err); !ok {
					t.Errorf("%q: %v is no SetupError", text, err)
				}
			}
		}
	})
}

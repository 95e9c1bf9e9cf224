package loyalty

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func denver(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func parsed(t *testing.T, text string) Program {
	t.Helper()
	p, err := ParseProgram([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// TestWindows has an order in and out of each kind of window, by the clock on the shop's wall: Denver is put forward on
// 2026-03-08 at 02:00 and back on 2026-11-01 at 02:00.
func TestWindows(t *testing.T) {
	for _, tc := range []struct {
		what, window, at string
		open             bool
	}{
		{"no window is always open", ``, "2026-05-01T12:00:00Z", true},
		{"a tuesday in Denver, wednesday in UTC", `"weekdays":["tue"]`, "2026-05-06T03:00:00Z", true},
		{"a tuesday in UTC, monday in Denver", `"weekdays":["Tuesday"]`, "2026-05-05T03:00:00Z", false},
		{"the hour begins", `"hours":"16:00-19:00"`, "2026-05-05T22:00:00Z", true},
		{"a minute before", `"hours":"16:00-19:00"`, "2026-05-05T21:59:59Z", false},
		{"the hour ends", `"hours":"16:00-19:00"`, "2026-05-06T01:00:00Z", false},
		{"winter time, an hour later in UTC", `"hours":"16:00-19:00"`, "2026-01-06T22:30:00Z", false},
		{"winter time", `"hours":"16:00-19:00"`, "2026-01-06T23:30:00Z", true},
		{"up to midnight", `"hours":"22:00-24:00"`, "2026-05-06T05:59:00Z", true},
		{"past midnight, the day it began on", `"weekdays":["fri"],"hours":"22:00-02:00"`, "2026-05-09T07:30:00Z",
			true},
		{"past midnight, the next evening", `"weekdays":["fri"],"hours":"22:00-02:00"`, "2026-05-10T04:30:00Z", false},
		{"before midnight", `"weekdays":["fri"],"hours":"22:00-02:00"`, "2026-05-09T05:30:00Z", true},
		{"after its end", `"weekdays":["fri"],"hours":"22:00-02:00"`, "2026-05-09T08:00:00Z", false},
		{"forward: 01:59 in winter time", `"hours":"01:00-02:00"`, "2026-03-08T08:59:00Z", true},
		{"forward: a minute later it is 03:00", `"hours":"02:00-03:00"`, "2026-03-08T09:00:00Z", false},
		{"forward: 03:00 in summer time", `"hours":"03:00-04:00"`, "2026-03-08T09:00:00Z", true},
		{"back: 01:30 for the first time", `"hours":"01:00-02:00"`, "2026-11-01T07:30:00Z", true},
		{"back: 01:30 for the second time", `"hours":"01:00-02:00"`, "2026-11-01T08:30:00Z", true},
		{"back: 02:00", `"hours":"01:00-02:00"`, "2026-11-01T09:00:00Z", false},
		{"the first day's first moment", `"from":"2026-05-05"`, "2026-05-05T06:00:00Z", true},
		{"a moment before the first day", `"from":"2026-05-05"`, "2026-05-05T05:59:59Z", false},
		{"the last day's last moment", `"until":"2026-05-05"`, "2026-05-06T05:59:59Z", true},
		{"after the last day", `"until":"2026-05-05"`, "2026-05-06T06:00:00Z", false},
		{"past midnight of the last day", `"until":"2026-05-05","hours":"22:00-02:00"`, "2026-05-06T07:00:00Z", true},
		{"at the location", `"locations":[7,8]`, "2026-05-05T12:00:00Z", true},
		{"elsewhere", `"locations":[8]`, "2026-05-05T12:00:00Z", false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			rules := DefaultRules()
			rules.Zone = denver(t)
			window := tc.window
			if window != "" {
				window = "," + window
			}
			rules.Program = parsed(t, `{"multipliers":[{"name":"Offer","multiplier":2`+window+`}]}`)
			terms := only(rules).Judge(&model.LedgerOrder{OrderedAt: at(t, tc.at), LocationID: 7}, 0, 0)
			if open := terms.Offer == "Offer"; open != tc.open || open != terms.Multiplier.Equal(d("2")) {
				t.Errorf("open %v: %+v", open, terms)
			}
		})
	}
}

// TestHighestWins: of the multipliers that apply the highest does, be it below 1; a rule may pass over all of them.
func TestHighestWins(t *testing.T) {
	rules := DefaultRules()
	rules.Program = parsed(t, `{"multipliers":[
		{"name":"A","multiplier":1.5},{"name":"B","multiplier":3,"weekdays":["mon"]},{"name":"C","multiplier":2}
	]}`)
	monday, tuesday := at(t, "2026-05-04T12:00:00Z"), at(t, "2026-05-05T12:00:00Z")
	expect := func(what string, at time.Time, offer, multiplier string) {
		t.Helper()
		terms := only(rules).Judge(&model.LedgerOrder{OrderedAt: at}, 0, 0)
		if terms.Offer != offer || !terms.Multiplier.Equal(d(multiplier)) {
			t.Errorf("%s: %+v", what, terms)
		}
	}
	expect("monday", monday, "B", "3")
	expect("tuesday", tuesday, "C", "2")
	rules.NoMultipliers = true
	expect("without multipliers", monday, "", "1")
	rules.Program = parsed(t, `{"multipliers":[{"name":"Clearance","multiplier":0.5}]}`)
	expect("below 1", monday, "Clearance", "0.5")
}

func TestParseProgram(t *testing.T) {
	for text, problem := range map[string]string{
		`{"multiplier":[]}`:                                                       "unknown key",
		`{"multipliers":[{"multiplier":2}]}`:                                      "has no name",
		`{"multipliers":[{"name":"A","multiplier":-1}]}`:                          "not a number from 0",
		`{"multipliers":[{"name":"A","multiplier":1.00001}]}`:                     "at most 4 decimals",
		`{"multipliers":[{"name":"A"},{"name":"A"}]}`:                             "two multipliers have the name",
		`{"multipliers":[{"name":"A","weekdays":["someday"]}]}`:                   "not a day of the week",
		`{"multipliers":[{"name":"A","hours":"16-19"}]}`:                          "not a part of the day",
		`{"multipliers":[{"name":"A","hours":"24:00-02:00"}]}`:                    "not a part of the day",
		`{"multipliers":[{"name":"A","from":"May 1"}]}`:                           "not a date",
		`{"multipliers":[{"name":"A","from":"2026-02-30"}]}`:                      "not a date",
		`{"multipliers":[{"name":"A","from":"2026-02-02","until":"2026-02-01"}]}`: "ends before it begins",
		`{"tiers":[{"from":1}]}`:                                                  "a tier has no name",
		`{"tiers":[{"name":"B","from":5},{"name":"A","from":5}]}`:                 "from low to high",
		`{"tiers":[{"name":"A","points_per_dollar":-1}]}`:                         "is negative",
		`{"enrollment":{"points":-5}}`:                                            "below 0",
		`{"expire_after_days":-1}`:                                                "below 0",
		`{"tier_window":"week"}`:                                                  "is not one of",
		`{"effective_from":"May 1"}`:                                              "neither a date",
		`{"cap":{"order":-1}}`:                                                    "below 0",
		`{} {}`:                                                                   "more than one value",
		`[]`:                                                                      "the rules cannot be a JSON array",

		`{"exclude":{"statuses":["open"]}}`: `"open" is not one of ["completed" "partially_refunded"]`,
	} {
		if _, err := ParseProgram([]byte(text)); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v, want %q", text, err, problem)
		}
	}
	if p, err := ParseProgram(nil); err != nil || !reflect.DeepEqual(p, Program{}) {
		t.Errorf("nothing is %+v, %v", p, err)
	}
}

// FuzzProgram sees that any text is a program that can be applied, or refused.
func FuzzProgram(f *testing.F) {
	for _, seed := range []string{
		`{"multipliers":[{"name":"A","multiplier":2,"weekdays":["tue"],"hours":"22:00-02:00","locations":[1]}]}`,
		`{"multipliers":[{"name":"A","multiplier":2,"from":"2026-01-01","until":"2026-12-31"}]}`,
		`{"tiers":[{"name":"Gold","from":10,"points_per_dollar":"1.5"}],"cap":{"order":5,"day":9},` +
			`"expire_after_days":30}`,
		`{"exclude":{"below_total":"1e3","tax_exempt":true,"customers":["W"],"statuses":["completed"]}}`,
		`{"enrollment":{"points":5,"from":"2026-01-01"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseProgram([]byte(text))
		if err != nil {
			return
		}
		rules := DefaultRules()
		rules.Program = p
		if rules.Validate() != nil {
			t.Errorf("%s is parsed, and not valid", text)
		}
		o := completed(model.LedgerOrder{Total: 12_345, Subtotal: 10_000, OrderedAt: time.Unix(1_700_000_000, 0)})
		lines := historyOf(rules).Lines(&o, RejudgeNone)
		if terms := ParseTerms(lines[0].Terms); lines[0].Points < 0 || terms.Rule() != lines[0].Rule {
			t.Errorf("%s: %+v is read as %+v", text, lines[0], terms)
		}
		again, err := ParseRules(rules.JSON())
		if err != nil || again.JSON() != rules.JSON() {
			t.Errorf("%s: %s is read as %+v, %v", text, rules.JSON(), again, err)
		}
	})
}

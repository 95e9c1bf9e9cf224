package config

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// settingsOf are the flags of all settings, bound to a Config.
func settingsOf(t *testing.T) (*Config, *pflag.FlagSet) {
	t.Helper()
	c := New()
	return c, c.flags
}

// TestValues: what each kind of setting takes, and what it refuses. A text that a setting writes it also reads.
func TestValues(t *testing.T) {
	for name, texts := range map[string]struct{ good, bad []string }{
		"store":             {[]string{"0123", "1.10", "a-b_c.d"}, []string{"", "../up", ".hidden", "a/b", "ä"}},
		"all-stores":        {[]string{"true", "false"}, []string{"yes", "on", ""}},
		"parallel":          {[]string{"1", "16"}, []string{"0", "-1", "1.5", "0x10", "many"}},
		"log-format":        {[]string{"auto", "json"}, []string{"yaml", ""}},
		"locations":         {[]string{"1", "1,2", "all"}, []string{"", "one", "1,", "0x10", "1.0", `["x"]`}},
		"region":            {[]string{"US", "CA"}, []string{"", "Colorado"}},
		"time-zone":         {[]string{"UTC", "America/Denver"}, []string{"", "Denver", "Local"}},
		"streams":           {[]string{"orders", "orders,points"}, []string{"", "tickets", "orders,"}},
		"statement-timeout": {[]string{"2m0s", "1ms"}, []string{"", "2", "0s", "-1m"}},
		"source-sql":        {[]string{"lots=l.sql,tickets=t.sql"}, []string{"", "tickets", "tickets=", "=t.sql"}},
		"max-removals":      {[]string{"0", "50", "20%"}, []string{"", "-1", "120%", "many"}},
		"price-proof":       {[]string{"0%", "80%"}, []string{"", "-1", "101%", "0.5", "all"}},
		"max-rejects":       {[]string{"0", "7"}, []string{"-1", "no limit"}},
		"reserve":           {[]string{"0", "1.5"}, []string{"", "-1", "x"}},
		"basis":             {[]string{"total", "subtotal"}, []string{"tax"}},
		"starts":            {[]string{"2026-01-31", "2026-01-31T08:00:00Z"}, []string{"yesterday", "2026-02-30"}},
		"cadences": {
			[]string{"customers=3h,orders=1h30m,products=1m30s,points=3h"},
			[]string{"", "orders", "orders=", "orders=0s", "orders=-1h", "menu=1h", "orders=1h,"},
		},
	} {
		_, flags := settingsOf(t)
		v := flags.Lookup(name).Value
		for _, text := range texts.good {
			if err := v.Set(text); err != nil || v.String() != text {
				t.Errorf("%s: %q is read as %q, %v", name, text, v, err)
			}
		}
		before := v.String()
		for _, text := range texts.bad {
			if err := v.Set(text); err == nil || v.String() != before {
				t.Errorf("%s: %q is read as %q, %v", name, text, v, err)
			}
		}
	}
}

func TestCadencesKeepTheUsual(t *testing.T) {
	c, flags := settingsOf(t)
	if err := flags.Set("cadences", "orders=1h30m, products=90s"); err != nil {
		t.Fatal(err)
	}
	want := UsualCadences()
	want["orders"], want["products"] = 90*time.Minute, 90*time.Second
	if diff := cmp.Diff(want, c.Cadences); diff != "" {
		t.Error(diff)
	}
}

func TestDateIn(t *testing.T) {
	zone := time.FixedZone("MST", -7*3600)
	for text, want := range map[Date]struct {
		at    time.Time
		whole bool
	}{
		"":                     {},
		"2026-01-31":           {time.Date(2026, 1, 31, 0, 0, 0, 0, zone), true},
		"2026-01-31T08:00:00Z": {time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC), false},
	} {
		if at, whole := text.In(zone); !at.Equal(want.at) || whole != want.whole {
			t.Errorf("%q is %v, %v", text, at, whole)
		}
	}
}

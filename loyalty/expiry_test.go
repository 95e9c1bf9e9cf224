package loyalty

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(n int) time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

func TestExpiries(t *testing.T) {
	order := func(n int, points int64) Entry { return Entry{At: day(n), Points: points, Order: true} }
	for _, tc := range []struct {
		what    string
		entries []Entry
		known   []time.Time
		now     int
		want    string
	}{
		{"not yet", []Entry{order(0, 10)}, nil, 29, "[]"},
		{"to the moment", []Entry{order(0, 10)}, nil, 30, "[30 -10]"},
		{"an order in time", []Entry{order(0, 10), order(29, 5)}, nil, 40, "[]"},
		{"an order too late starts from nothing", []Entry{order(0, 10), order(31, 5)}, nil, 40, "[30 -10]"},
		{"twice", []Entry{order(0, 10), order(31, 5)}, nil, 99, "[30 -10 61 -5]"},
		{"an order without points counts as one", []Entry{order(0, 10), order(20, 0)}, nil, 45, "[]"},
		{"an adjustment is no order", []Entry{order(0, 10), {At: day(20), Points: 7}}, nil, 45, "[30 -17]"},
		{"an adjustment after it stays", []Entry{order(0, 10), {At: day(40), Points: 7}}, nil, 99, "[30 -10]"},
		{"a refund of what expired leaves nothing to expire", []Entry{order(0, 0)}, nil, 45, "[30 0]"},
		{"a balance below nothing", []Entry{{At: day(0), Points: -5, Order: true}}, nil, 45, "[30 0]"},
		{"known, and found again", []Entry{order(0, 10)}, []time.Time{day(30)}, 45, "[30 -10]"},
		{"known, though an order has become known that would have saved it", []Entry{order(0, 10), order(20, 5)}, []time.Time{day(30)}, 49, "[30 -15]"},
		{"and expires again by itself", []Entry{order(0, 10), order(20, 5)}, []time.Time{day(30)}, 50, "[30 -15 50 0]"},
		{"not in order", []Entry{order(31, 5), order(0, 10)}, nil, 40, "[30 -10]"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			rules := DefaultRules()
			rules.ExpireAfterDays = 30
			var got []any
			for _, e := range rules.Expiries(tc.entries, tc.known, day(tc.now)) {
				got = append(got, int(e.At.Sub(day(0)).Hours()/24), e.Points)
			}
			if fmt.Sprint(got) != tc.want {
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
}

// TestExpiryByCalendar: days are the store's, so that an expiry keeps its hour when the clocks are changed.
func TestExpiryByCalendar(t *testing.T) {
	rules := DefaultRules()
	rules.Zone, rules.ExpireAfterDays = denver(t), 30
	found := rules.Expiries([]Entry{{At: at(t, "2026-03-01T19:00:00Z"), Points: 1, Order: true}}, nil, at(t, "2026-05-01T00:00:00Z"))
	if len(found) != 1 || !found[0].At.Equal(at(t, "2026-03-31T18:00:00Z")) {
		t.Errorf("%v", found)
	}
}

// TestExpiriesHold: whatever happens, nobody's balance falls below what it was without an expiry and below 0 by one; what has been found stays; and
// to look again finds the same.
func TestExpiriesHold(t *testing.T) {
	rules := DefaultRules()
	rules.ExpireAfterDays = 30
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.Custom(func(t *rapid.T) Entry {
			return Entry{
				At: day(rapid.IntRange(0, 200).Draw(t, "day")), Points: rapid.Int64Range(-3, 20).Draw(t, "points"), Order: rapid.Bool().Draw(t, "order"),
			}
		})
		entries := rapid.SliceOf(entry).Draw(t, "entries")
		first := rules.Expiries(entries, nil, day(rapid.IntRange(0, 250).Draw(t, "first look")))
		var known []time.Time
		for _, e := range first {
			known = append(known, e.At)
		}
		later := append(entries, rapid.SliceOf(entry).Draw(t, "later")...)
		second := rules.Expiries(later, known, day(300))
		again := rules.Expiries(later, known, day(300))
		if fmt.Sprint(second) != fmt.Sprint(again) {
			t.Fatalf("%v, and then %v", second, again)
		}
		at := make(map[time.Time]bool)
		for _, e := range second {
			if e.Points > 0 || at[e.At] {
				t.Fatalf("%v", second)
			}
			at[e.At] = true
		}
		for _, moment := range known {
			if !at[moment] {
				t.Fatalf("%v was undone: %v", moment, second)
			}
		}
	})
}

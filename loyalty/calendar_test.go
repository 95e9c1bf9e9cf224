package loyalty

import (
	"testing"
	"time"
)

// TestDateIn: a day begins at its first moment, also where clocks are changed at midnight or a day is left out.
func TestDateIn(t *testing.T) {
	for _, tc := range []struct{ zone, day, want string }{
		{"America/Los_Angeles", "2025-03-09", "2025-03-09T08:00:00Z"},
		{"America/Los_Angeles", "2025-03-10", "2025-03-10T07:00:00Z"},
		{"America/Los_Angeles", "2025-11-03", "2025-11-03T08:00:00Z"},
		{"America/Havana", "2025-03-09", "2025-03-09T05:00:00Z"},   // begins at 01:00
		{"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"},   // has midnight twice
		{"America/Santiago", "2025-09-07", "2025-09-07T04:00:00Z"}, // begins at 01:00
		{"America/Santiago", "2025-04-06", "2025-04-06T04:00:00Z"}, // an hour after midnight came first
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},     // was left out
	} {
		var day Date
		if err := day.UnmarshalText([]byte(tc.day)); err != nil {
			t.Fatal(err)
		}
		if got := day.In(zoneOf(t, tc.zone)).UTC().Format(time.RFC3339); got != tc.want {
			t.Errorf("%s in %s begins at %s, want %s", tc.day, tc.zone, got, tc.want)
		}
	}
}

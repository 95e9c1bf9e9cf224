package loyalty

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDays(t *testing.T) {
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	days := make(Days)
	// 06:59 UTC is still the day before in Denver.
	at := time.Date(2026, 1, 15, 6, 59, 0, 0, time.UTC).In(zone)
	days.Add(at.Add(time.Minute), 1, 0)
	days.Add(at, 1, 0)
	days.Add(at, 0, 20)
	days.Add(at, 0, -5)
	want := []Day{{"2026-01-14", 1, 20, 5}, {"2026-01-15", 1, 0, 0}}
	if diff := cmp.Diff(want, days.Sorted()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHoldings(t *testing.T) {
	for _, tc := range []struct {
		balances []int64
		want     Holdings
	}{
		{nil, Holdings{Top: []Share{}}},
		{[]int64{7}, Holdings{1, 7, 7, 7, []Share{{1, 1, 7}, {10, 1, 7}, {50, 1, 7}}}},
		{
			[]int64{100, 30, 20, 10, 9, 8, 7, 6, 5, 4, 3},
			Holdings{11, 202, 100, 8, []Share{{1, 1, 100}, {10, 2, 130}, {50, 6, 177}}},
		},
	} {
		if diff := cmp.Diff(tc.want, HoldingsOf(tc.balances)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.balances, diff)
		}
	}
}

package loyalty

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(n int) time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestExpiries finds when balances expire, in Los Angeles: what the balance is at the present, and each expiry by the
// last day on which the points were valid.
func TestExpiries(t *testing.T) {
	zone := zoneOf(t, "America/Los_Angeles")
	when := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	bought := func(at string, points int64) change { return change{at: when(at), points: points, active: true} }
	gave := func(at string, points int64) change { return change{at: when(at), points: points} }
	rules := func(days ...any) (versions []balanceRule) {
		versions = []balanceRule{{days: days[0].(int), zone: zone}}
		for i := 1; i < len(days); i += 2 {
			versions = append(versions, balanceRule{from: when(days[i].(string)), days: days[i+1].(int), zone: zone})
		}
		return versions
	}
	type changes = []change
	hundred := bought("2025-01-10 15:00", 100)
	for _, tc := range []struct {
		what    string
		rules   []balanceRule
		changes []change
		present string
		want    string
	}{
		{"the last day is included", rules(90), changes{hundred}, "2025-04-10 23:59", "100"},
		{"gone at the first moment of the next", rules(90), changes{hundred}, "2025-04-11 00:00",
			"0, 2025-04-10 -100"},
		{"an order in time", rules(90), changes{hundred, bought("2025-04-10 23:59", 5)}, "2025-05-01 00:00", "105"},
		{"an order too late", rules(90), changes{hundred, bought("2025-04-11 00:00", 5)}, "2025-05-01 00:00",
			"5, 2025-04-10 -100"},
		{"twice", rules(90), changes{hundred, bought("2025-05-01 00:00", 5)}, "2026-01-01 00:00",
			"0, 2025-04-10 -100, 2025-07-30 -5"},
		{"an order that was voided since", rules(90), changes{hundred, bought("2025-03-01 12:00", 0)},
			"2025-05-30 12:00", "100"},
		{"an adjustment is no activity", rules(90), changes{hundred, gave("2025-03-01 12:00", 7)}, "2025-05-30 12:00",
			"0, 2025-04-10 -107"},
		{"an adjustment after it stays", rules(90), changes{hundred, gave("2025-05-01 12:00", 7)}, "2026-05-30 12:00",
			"7, 2025-04-10 -100"},
		{"an adjustment alone never expires", rules(90), changes{gave("2025-05-01 12:00", 7)}, "2030-05-30 12:00", "7"},
		{"spent before it became known", rules(90), changes{hundred, gave("2025-04-12 10:00", -60)},
			"2025-05-30 12:00", "0, 2025-04-10 -40"},
		{"spent in part, expired, refunded in full", rules(90),
			changes{bought("2025-01-10 15:00", 0), gave("2025-02-12 10:00", -60)}, "2025-05-30 12:00", "-60"},
		{"an order that arrived late", rules(90),
			changes{bought("2025-01-10 15:00", 120), bought("2025-03-30 10:00", 25)}, "2025-06-28 23:59", "145"},
		{"spent after the second expiry", rules(90),
			changes{hundred, bought("2025-05-01 12:00", 50), gave("2025-09-01 12:00", -120)}, "2025-09-02 12:00",
			"0, 2025-04-10 -30"},
		{"switched on: the last day", rules(0, "2025-03-01 00:00", 90), changes{bought("2024-10-05 15:00", 100)},
			"2025-05-30 23:59", "100"},
		{"switched on: the day after", rules(0, "2025-03-01 00:00", 90), changes{bought("2024-10-05 15:00", 100)},
			"2025-05-31 00:00", "0, 2025-05-30 -100"},
		{"switched on during a day", rules(0, "2025-03-01 15:00", 90), changes{bought("2025-03-01 14:00", 100)},
			"2025-05-31 00:00", "0, 2025-05-30 -100"},
		{"an order after it was switched on", rules(0, "2025-03-01 00:00", 90),
			changes{bought("2025-03-02 15:00", 100)}, "2025-06-01 00:00", "0, 2025-05-31 -100"},
		{"switched off", rules(90, "2025-05-01 00:00", 0), changes{hundred}, "2025-06-01 00:00", "100"},
		{"switched off, and not yet in force", rules(90, "2025-07-01 00:00", 0), changes{hundred}, "2025-06-01 00:00",
			"0, 2025-04-10 -100"},
		{"switched off and on", rules(90, "2025-05-01 00:00", 0, "2025-06-01 00:00", 30), changes{hundred},
			"2025-07-02 00:00", "0, 2025-07-01 -100"},
		{"shortened", rules(90, "2025-03-01 00:00", 30), changes{hundred}, "2025-04-01 00:00", "0, 2025-03-31 -100"},
		{"shortened after it expired", rules(90, "2025-05-01 00:00", 30), changes{hundred, gave("2025-04-20 12:00", 7)},
			"2025-08-01 00:00", "7, 2025-04-10 -100"},
		{"lengthened", rules(90, "2025-03-01 00:00", 91), changes{hundred}, "2025-04-11 23:59", "100"},
		{"lengthened, and over", rules(90, "2025-03-01 00:00", 91), changes{hundred}, "2025-04-12 00:00",
			"0, 2025-04-11 -100"},
		{"lengthened too late", rules(90, "2025-04-11 00:00", 900), changes{hundred}, "2025-06-01 00:00",
			"0, 2025-04-10 -100"},
		{"lengthened after it was shortened", rules(90, "2025-03-01 00:00", 30, "2025-03-10 00:00", 60),
			changes{hundred}, "2025-05-01 00:00", "0, 2025-04-30 -100"},
		{"a later version that came into force earlier", rules(90, "2025-04-01 00:00", 0, "2025-03-01 00:00", 60),
			changes{hundred}, "2025-05-01 00:00", "0, 2025-04-30 -100"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			b := newBalances(tc.rules, when(tc.present))
			got := describe(b, tc.changes)
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// describe returns the balance that is left, and each expiry by the last day on which the points were valid.
func describe(b *Balances, changes []change) string {
	expired, balance := b.follow(slices.Clone(changes))
	text := ""
	for _, c := range changes {
		balance += c.points
	}
	for _, x := range expired {
		if balance -= x.points; x.points != 0 {
			text += fmt.Sprintf(", %s %d", b.lastDay(x.at), -x.points)
		}
	}
	return fmt.Sprint(balance) + text
}

// TestWriteOff: what was below 0 while the rules wrote that off is written off, once.
func TestWriteOff(t *testing.T) {
	versions := func(of ...any) (versions []balanceRule) {
		for i := 0; i < len(of); i += 2 {
			v := balanceRule{days: 60, zone: time.UTC, writesOff: of[i+1].(bool)}
			if n := of[i].(int); n >= 0 {
				v.from = day(n)
			}
			versions = append(versions, v)
		}
		return versions
	}
	bought := func(n int, points int64) change { return change{at: day(n), points: points, active: true} }
	spent := func(n int, points int64) change { return change{at: day(n), points: -points} }
	type changes = []change
	for _, tc := range []struct {
		what    string
		rules   []balanceRule
		changes []change
		present int
		want    string
		off     int64
	}{
		{"carried", versions(-1, false), changes{bought(0, 0), spent(1, 60), bought(2, 25)}, 50, "-35", 0},
		{"written off", versions(-1, true), changes{bought(0, 0), spent(1, 60), bought(2, 25)}, 50, "25", 60},
		{"what made it is gone", versions(-1, true), changes{bought(0, 100), spent(1, 60), bought(2, 25)}, 50, "65", 0},
		{"deeper, and not twice", versions(-1, true),
			changes{spent(1, 60), bought(2, 25), spent(3, 30), spent(4, 5)}, 50, "0", 70},
		{"at one moment", versions(-1, true), changes{spent(1, 60), bought(1, 60)}, 50, "0", 0},
		{"what comes after it expires", versions(-1, true), changes{spent(1, 60), bought(2, 25), bought(70, 1)}, 99,
			"1, 2026-03-04 -25", 60},
		{"a debt after an expiry", versions(-1, true), changes{bought(0, 100), spent(70, 120)}, 99, "0", 20},
		{"from a day on", versions(-1, false, 5, true), changes{spent(1, 60), bought(2, 25)}, 50, "0", 35},
		{"up to a day", versions(-1, true, 5, false), changes{spent(1, 60), spent(6, 10)}, 50, "-10", 60},
	} {
		t.Run(tc.what, func(t *testing.T) {
			b := newBalances(tc.rules, day(tc.present))
			_, off := b.follow(slices.Clone(tc.changes))
			if got := describe(b, tc.changes); got != tc.want || off != tc.off {
				t.Errorf("got %s, %d written off; want %s, %d", got, off, tc.want, tc.off)
			}
		})
	}
}

// TestExpiriesHold: whatever the history and the rules, the order in which changes are listed does not matter, what is
// known at an earlier present is what is known later of that time, and no expiry makes a debt.
func TestExpiriesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(what string) time.Time {
			return day(0).Add(time.Duration(rapid.IntRange(0, 240).Draw(t, what)) * 6 * time.Hour)
		}
		changes := rapid.SliceOf(rapid.Custom(func(t *rapid.T) change {
			return change{
				at: at("at"), points: rapid.Int64Range(-20, 30).Draw(t, "points"),
				active: rapid.Bool().Draw(t, "active"),
			}
		})).Draw(t, "changes")
		versions := []balanceRule{{days: rapid.IntRange(0, 20).Draw(t, "days"), zone: time.UTC}}
		for range rapid.IntRange(0, 3).Draw(t, "versions") {
			versions = append(versions, balanceRule{
				from: at("from"), days: rapid.IntRange(0, 20).Draw(t, "days"),
				zone:      rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", -8*3600)}).Draw(t, "zone"),
				writesOff: rapid.Bool().Draw(t, "writes off"),
			})
		}
		b := newBalances(versions, at("present"))
		expired, off := b.follow(slices.Clone(changes))
		shuffled := slices.Clone(changes)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again, also := b.follow(shuffled); fmt.Sprint(again, also) != fmt.Sprint(expired, off) {
			t.Fatalf("%v, %d; in another order %v, %d", expired, off, again, also)
		}
		sum := func(until time.Time) (sum int64) {
			for _, c := range changes {
				if !c.at.After(until) {
					sum += c.points
				}
			}
			return sum
		}
		without, with := sum(never), sum(never)+off
		for i, x := range expired {
			if with -= x.points; x.points < 0 || x.at.After(b.present) || i > 0 && !expired[i-1].at.Before(x.at) {
				t.Fatalf("%v", expired)
			}
		}
		if with < min(without, 0) || off < 0 {
			t.Fatalf("a balance of %d fell to %d by %v", without, with, expired)
		}
		if len(expired) > 0 && b.inForce(b.present).days == 0 {
			t.Fatalf("%v without a rule", expired)
		}
	})
}

// TestExpiryCutoff: a customer who has been active since the cutoff loses nothing by the passing of time, and one who
// has not been is looked at on the day when something expires.
func TestExpiryCutoff(t *testing.T) {
	zone := time.FixedZone("", -8*3600)
	rapid.Check(t, func(t *rapid.T) {
		hours := func(what string) time.Time {
			return day(0).Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, what)) * time.Hour)
		}
		versions := []balanceRule{
			{days: rapid.IntRange(0, 9).Draw(t, "days"), zone: zone},
			{from: hours("from"), days: rapid.IntRange(0, 9).Draw(t, "new days"), zone: zone},
		}
		former := hours("former")
		present := former.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour)
		if from := versions[1].from; former.Before(from) && !present.Before(from) {
			return // other rules are in force
		}
		changes := []change{{at: hours("at"), points: 10, active: true}}
		before, after := newBalances(versions, former), newBalances(versions, present)
		gone := describe(before, changes) != describe(after, changes)
		cutoff, some := after.ExpiryCutoff(former)
		if gone && (!some || !changes[0].at.Before(cutoff)) {
			t.Fatalf("expired unseen: cutoff %s, %t", cutoff, some)
		}
	})
}

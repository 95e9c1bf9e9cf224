package loyalty

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// numbers are those of versions.
func numbers(v Versions) (all []int64) {
	for i := range v {
		all = append(all, v[i].Number)
	}
	return all
}

func TestSeenBy(t *testing.T) {
	v := Versions{{Number: 1, FirstPass: 3}, {Number: 2, FirstPass: 5}, {Number: 3}}
	for pass, want := range map[int64][]int64{
		2: {1, 2, 3}, 3: {1}, 4: {1}, 5: {1, 2}, 9: {1, 2},
	} {
		if diff := cmp.Diff(want, numbers(v.SeenBy(pass))); diff != "" {
			t.Errorf("pass %d has seen %s", pass, diff)
		}
	}
	if diff := cmp.Diff([]int64{1, 2}, numbers(v[:2].SeenBy(9))); diff != "" {
		t.Errorf("a pass that has seen all: %s", diff)
	}
}

// TestJudging: an order is judged by its own version, or by a newer pass's that judged all orders anew.
func TestJudging(t *testing.T) {
	v := Versions{{Number: 1, FullPass: 4}, {Number: 2, FullPass: 9}, {Number: 3, FullPass: 7}, {Number: 4}}
	for _, tt := range []struct{ number, pass, want int64 }{
		{1, 10, 1}, {4, 10, 4}, {5, 10, 0}, {1, 9, 2}, {3, 8, 2}, {4, 5, 2}, {4, 3, 2}, {2, 20, 2}, {5, 9, 2},
	} {
		var got int64
		if judging := v.judging(tt.number, tt.pass); judging != nil {
			got = judging.Number
		}
		if got != tt.want {
			t.Errorf("an order of version %d and pass %d is judged by %d, want %d", tt.number, tt.pass, got, tt.want)
		}
	}
	if got := (Versions{{Number: 1}, {Number: 2, FullPass: 3}}).judging(1, 3); got.Number != 2 {
		t.Errorf("by version %d", got.Number)
	}
}

// TestCanJudge: terms that no order can have under the rules are those of a ledger that was changed by hand.
func TestCanJudge(t *testing.T) {
	rules := DefaultRules()
	gold := d("1.5")
	rules.Program = Program{Tiers: []Tier{{Name: "Silver"}, {Name: "Gold", From: 9, PointsPerDollar: &gold}},
		Multipliers: []Multiplier{{Name: "Two", Factor: d("2")}, {Name: "Three", Factor: d("3")}}}
	excluded := func(rate string, t Terms) Terms {
		t.Excluded, t.Rate = ExcludedTotal, d(rate)
		return t
	}
	for _, tt := range []struct {
		terms Terms
		want  bool
	}{
		{terms("1", "1", BasisTotal), true}, {terms("1.50", "2", BasisTotal), true},
		{terms("1", "3.0", BasisTotal), true},
		{terms("2", "1", BasisTotal), false}, {terms("1", "4", BasisTotal), false},
		{terms("1", "1", BasisSubtotal), false},
		{terms("0", "1", BasisTotal), false}, {excluded("0", terms("1", "1", BasisTotal)), true},
		{excluded("2", terms("1", "1", BasisTotal)), false}, {excluded("1", terms("1", "1", BasisTotal)), true},
		{excluded("0", terms("1", "1", BasisSubtotal)), false}, {terms("2", "4", BasisTotal), false},
	} {
		if got := rules.canJudge(&tt.terms); got != tt.want {
			t.Errorf("%+v: %v", tt.terms, got)
		}
	}
}

// TestBalancesEmpty: balances are looked at where a version in force lets them expire or writes off.
func TestBalancesEmpty(t *testing.T) {
	now := time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)
	plain, expiring, writing := DefaultRules(), DefaultRules(), DefaultRules()
	expiring.ExpireAfterDays, writing.Negative = 1, NegativeWriteOff
	carrying := plain
	carrying.Negative = NegativeCarry
	for _, tt := range []struct {
		versions Versions
		want     bool
	}{
		{Versions{{Number: 1, Rules: &plain}}, true}, {Versions{{Number: 1, Rules: &carrying}}, true},
		{Versions{{Number: 1, Rules: &expiring}}, false}, {Versions{{Number: 1, Rules: &writing}}, false},
		{Versions{{Number: 1, Rules: &plain}, {Number: 2, Rules: &expiring, From: now}}, false},
		{Versions{{Number: 1, Rules: &plain}, {Number: 2, Rules: &expiring, From: now.Add(1)}}, true},
	} {
		if got := tt.versions.Balances(now).Empty(); got != tt.want {
			t.Errorf("%+v: %v", tt.versions, got)
		}
	}
}

package loyalty

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func terms(rate, multiplier string, basis Basis) Terms {
	return Terms{Rate: d(rate), Multiplier: d(multiplier), Basis: basis}
}

func TestReckon(t *testing.T) {
	tests := []struct {
		name                      string
		subtotal, total, refunded string
		terms                     Terms
		points                    int64
		basis                     string
	}{
		{"published: below the half", "0", "20.46", "0", terms("1", "1", BasisTotal), 20, "20.46"},
		{"published: above the half", "0", "20.96", "0", terms("1", "1", BasisTotal), 21, "20.96"},
		{"an exact half rounds up", "0", "20.50", "0", terms("1", "1", BasisTotal), 21, "20.5"},
		{"half a cent below the half", "0", "20.49", "0", terms("1", "1", BasisTotal), 20, "20.49"},
		{"fractional rate", "0", "10.00", "0", terms("1.25", "1", BasisTotal), 13, "10"},
		{"multiplier", "0", "10.10", "0", terms("1", "2", BasisTotal), 20, "10.1"},
		{"partial refund", "0", "100.00", "33.33", terms("1", "1", BasisTotal), 67, "66.67"},
		{"all refunded", "80", "100.00", "100.00", terms("1", "1", BasisTotal), 0, "0"},
		{"more refunded than paid", "80", "100.00", "130.00", terms("1", "1", BasisTotal), 0, "0"},
		{"subtotal", "80.50", "100.00", "0", terms("1", "1", BasisSubtotal), 81, "80.5"},
		{"subtotal in proportion", "90.00", "99.00", "33.00", terms("1", "1", BasisSubtotal), 60, "60"},
		{"a third that decimals cannot hold", "1.00", "3.00", "1.00", terms("3", "1", BasisSubtotal), 2, "0.67"},
		{"a half out of thirds", "2.25", "3.00", "1.00", terms("1", "1", BasisSubtotal), 2, "1.5"},
		{"all of a subtotal refunded", "80", "100.00", "120.00", terms("1", "1", BasisSubtotal), 0, "0"},
		{"subtotal without a total", "5.00", "0", "0", terms("1", "1", BasisSubtotal), 5, "5"},
		{"subtotal without a total, refunded", "5.00", "0", "1", terms("1", "1", BasisSubtotal), 0, "0"},
		{"negative total", "0", "-5.00", "0", terms("1", "1", BasisTotal), 0, "0"},
		{"rate 0", "0", "50.00", "0", terms("0", "1", BasisTotal), 0, "50"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := Order{Earning: true, Subtotal: d(tt.subtotal), Total: d(tt.total), Refunded: d(tt.refunded)}
			got := Reckon(o, tt.terms)
			if got.Points != tt.points || !got.Basis.Equal(d(tt.basis)) {
				t.Errorf("got %d points of %s, want %d of %s", got.Points, got.Basis, tt.points, tt.basis)
			}
			o.Earning = false
			if got := Reckon(o, tt.terms); got.Points != 0 {
				t.Errorf("an order that does not count earned %d points", got.Points)
			}
		})
	}
}

// TestReckonAgainstCents holds the rational arithmetic against whole-number arithmetic in hundredths.
func TestReckonAgainstCents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, 99_999_999).Draw(t, "total")
		refunded := rapid.Int64Range(0, total).Draw(t, "refunded")
		rate := rapid.Int64Range(0, 500).Draw(t, "rate")
		o := Order{Earning: true, Total: decimal.New(total, -2), Refunded: decimal.New(refunded, -2)}
		got := Reckon(o, Terms{Rate: decimal.New(rate, -2), Multiplier: d("1"), Basis: BasisTotal})
		want := ((total-refunded)*rate + 5000) / 10000
		if got.Points != want {
			t.Fatalf("got %d, want %d", got.Points, want)
		}
	})
}

func TestTermsStart(t *testing.T) {
	r := DefaultRules()
	r.Starts = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, ok := r.Terms(r.Starts.Add(-time.Second)); ok {
		t.Error("an order before the start has terms")
	}
	if _, ok := r.Terms(r.Starts); !ok {
		t.Error("an order at the start has none")
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		rate  string
		basis Basis
		ok    bool
	}{
		{"1", BasisTotal, true},
		{"0", BasisSubtotal, true},
		{"1.2345", BasisTotal, true},
		{"1.23456", BasisTotal, false},
		{"-1", BasisTotal, false},
		{"1000001", BasisTotal, false},
		{"1", "net", false},
	}
	for _, tt := range tests {
		err := Rules{PointsPerDollar: d(tt.rate), Basis: tt.basis}.Validate()
		if (err == nil) != tt.ok {
			t.Errorf("%s %s: %v", tt.rate, tt.basis, err)
		}
	}
}

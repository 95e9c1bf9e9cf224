package loyalty

import (
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func cents(s string) model.Cents { return model.Cents(d(s).Shift(2).IntPart()) }

// completed returns the order as one of a known customer that earns.
func completed(o model.LedgerOrder) model.LedgerOrder {
	o.CustomerID, o.Known, o.Status = "C", true, model.OrderCompleted
	return o
}

func terms(rate, multiplier string, basis Basis) Terms {
	return Terms{Rate: d(rate), Multiplier: d(multiplier), Basis: basis}
}

func TestAward(t *testing.T) {
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
			o := completed(model.LedgerOrder{
				Subtotal: cents(tt.subtotal), Total: cents(tt.total), RefundedTotal: cents(tt.refunded),
			})
			if diff := cmp.Diff(Award{tt.points, cents(tt.basis)}, tt.terms.Award(&o)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			o.Status = model.OrderVoided
			if diff := cmp.Diff(Award{}, tt.terms.Award(&o)); diff != "" {
				t.Errorf("voided (-want +got):\n%s", diff)
			}
		})
	}
}

// amounts are of every magnitude that an order may have.
var amounts = rapid.OneOf(
	rapid.Int64Range(-500, 500), rapid.Int64Range(0, 99_999), rapid.Int64Range(-99_999_999_999, 99_999_999_999),
)

// TestAwardAgainstRationals holds the arithmetic in machine words against that of rational numbers, as the design words
// it.
func TestAwardAgainstRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := completed(model.LedgerOrder{
			Subtotal: model.Cents(amounts.Draw(t, "subtotal")), Total: model.Cents(amounts.Draw(t, "total")),
			RefundedTotal: model.Cents(max(0, amounts.Draw(t, "refunded"))),
		})
		terms := Terms{
			Rate:       decimal.New(rapid.Int64Range(0, 10_000_000_000).Draw(t, "rate"), -4),
			Multiplier: decimal.New(rapid.Int64Range(0, 100_000).Draw(t, "multiplier"), -4),
			Basis:      rapid.SampledFrom([]Basis{BasisTotal, BasisSubtotal}).Draw(t, "basis"),
		}
		if got, want := terms.Award(&o), rational(&o, terms); got != want {
			t.Fatalf("%+v under %+v is due %+v, want %+v", o, terms, got, want)
		}
	})
}

// rational returns the award in rational numbers.
func rational(o *model.LedgerOrder, t Terms) Award {
	subtotal, total, refunded := int64(o.Subtotal), int64(o.Total), int64(o.RefundedTotal)
	net := big.NewRat(total-refunded, 100)
	if t.Basis == BasisSubtotal {
		switch {
		case total > 0 && refunded >= total, total <= 0 && refunded > 0:
			return Award{}
		case total > 0:
			net = new(big.Rat).Mul(big.NewRat(subtotal, 100), big.NewRat(total-refunded, total))
		default:
			net = big.NewRat(subtotal, 100)
		}
	}
	if net.Sign() <= 0 {
		return Award{}
	}
	points := new(big.Rat).Mul(net, t.Rate.Rat())
	return Award{
		Points: half(points.Mul(points, t.Multiplier.Rat())),
		Basis:  model.Cents(half(new(big.Rat).Mul(net, big.NewRat(100, 1)))),
	}
}

// half rounds to the nearest whole number, a half upwards.
func half(r *big.Rat) int64 {
	r.Add(r, big.NewRat(1, 2))
	return new(big.Int).Div(r.Num(), r.Denom()).Int64()
}

func TestTermsStart(t *testing.T) {
	r := DefaultRules()
	r.Starts = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	want := Terms{Rate: d("0"), Multiplier: d("1"), Basis: BasisTotal, Excluded: ExcludedBeforeStart, Version: 1}
	before := model.LedgerOrder{OrderedAt: r.Starts.Add(-time.Second)}
	if diff := cmp.Diff(want, only(r).Judge(&before, 0, 0)); diff != "" {
		t.Errorf("an order before the start (-want +got):\n%s", diff)
	}
	want = terms("1", "1", BasisTotal)
	want.Version = 1
	if diff := cmp.Diff(want, only(r).Judge(&model.LedgerOrder{OrderedAt: r.Starts}, 0, 0)); diff != "" {
		t.Errorf("an order at the start (-want +got):\n%s", diff)
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
		rules := Rules{PointsPerDollar: d(tt.rate), Basis: tt.basis}
		err := rules.Validate()
		if (err == nil) != tt.ok {
			t.Errorf("%s %s: %v", tt.rate, tt.basis, err)
		}
	}
}

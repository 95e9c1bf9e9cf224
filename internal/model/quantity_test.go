package model

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// TestQuantityIsExact adds texts as they may stand at a till, and as decimals.
func TestQuantityIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.OneOf(
			rapid.StringMatching(`[0-9]{1,13}(\.[0-9]{1,8})?`), rapid.StringMatching(`-?[0-9]{1,30}`),
			rapid.StringMatching(` ?-?[0-9]{0,3}\.?[0-9]{0,9} ?`),
			rapid.Just("999999999999"), rapid.Just("0.000001"), rapid.Just("0.0000001"),
		)).Draw(t, "texts")
		var sum Quantity
		var want decimal.Decimal
		for _, text := range texts {
			q, err := ParseQuantity(text)
			d, wanted := ParseDecimal(text)
			if (err == nil) != (wanted == nil) {
				t.Fatalf("%q: %v, want %v", text, err, wanted)
			}
			if err == nil {
				if !q.Decimal().Equal(d) {
					t.Fatalf("%q is read as %s", text, q.Decimal())
				}
				sum, want = sum.Add(q), want.Add(d)
			}
		}
		if !sum.Decimal().Equal(want) {
			t.Fatalf("%q add up to %s, want %s", texts, sum.Decimal(), want)
		}
	})
}

// TestQuantityDoesNotOverflow adds the largest that a word takes, many times over.
func TestQuantityDoesNotOverflow(t *testing.T) {
	q, err := ParseQuantity("999999999999")
	if err != nil {
		t.Fatal(err)
	}
	var sum Quantity
	for range 100 {
		sum = sum.Add(q)
	}
	for range 20 {
		sum = sum.Add(sum)
	}
	if want := decimal.NewFromInt(999999999999).Mul(decimal.NewFromInt(100 << 20)); !sum.Decimal().Equal(want) {
		t.Errorf("the sum is %s, want %s", sum.Decimal(), want)
	}
}

// BenchmarkParseQuantity parses and adds up the amounts of lots, with and without the machine word.
func BenchmarkParseQuantity(b *testing.B) {
	texts := []string{"12", "3.5", "0.5", "1", "28", "7", "14.25", "112"}
	b.Run("word", func(b *testing.B) {
		b.ReportAllocs()
		var sum Quantity
		for i := range b.N {
			q, _ := ParseQuantity(texts[i%len(texts)])
			sum = sum.Add(q)
		}
	})
	b.Run("decimal", func(b *testing.B) {
		b.ReportAllocs()
		var sum decimal.Decimal
		for i := range b.N {
			d, _ := ParseDecimal(texts[i%len(texts)])
			sum = sum.Add(d)
		}
	})
}

// FuzzParseNumber: what PostgreSQL writes of a number is read exactly, and what is no number is refused.
func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"", "0", "-1.5", "1e-07", "1.5e+03", "NaN", "Infinity", "-.5", "1.2.3", "--1", "e5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseNumber(text)
		q, failed := ParseQuantity(text)
		if err != nil {
			return
		}
		if want, err := decimal.NewFromString(text); err != nil || !d.Equal(want) {
			t.Errorf("%q is read as %s, want %s, %v", text, d, want, err)
		}
		if failed != nil || !q.Decimal().Equal(d) || q.Less(q) {
			t.Errorf("%q is the quantity %s, %v", text, q.Decimal(), failed)
		}
	})
}

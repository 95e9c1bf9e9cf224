package blackbird

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// FuzzRows writes texts as a bulk load holds them, and reads them back.
func FuzzRows(f *testing.F) {
	for _, text := range awkward {
		f.Add([]byte(text), []byte("x"), 2)
	}
	f.Fuzz(func(t *testing.T, one, two []byte, n int) {
		n = min(max(n, 0), 5)
		r := &Rows{}
		defer r.reset()
		for range n {
			r.appendText(one)
			r.appendText(nil)
			r.appendText(two)
			r.endRow()
		}
		if r.count != n {
			t.Errorf("%d rows, want %d", r.count, n)
		}
		seen := 0
		err := r.Each(func(values []any) error {
			seen++
			if len(values) != 3 || values[0] != orNil(one) || values[1] != nil || values[2] != orNil(two) {
				t.Errorf("%q and %q read back as %q", one, two, values)
			}
			return nil
		})
		if err != nil || seen != n {
			t.Errorf("%d rows were read back, %v, want %d", seen, err, n)
		}
		for _, block := range r.Blocks() {
			if lines := bytes.Count(block, []byte("\n")); block[len(block)-1] != '\n' || lines > n ||
				bytes.Count(block, []byte("\t")) != 2*lines {
				t.Errorf("block %q is not of whole rows", block)
			}
		}
	})
}

// awkward are texts that a bulk load could trip over.
var awkward = []string{
	"", " ", "\t", "\n", "\r\n", "a\tb\nc\rd", `\`, `\\`, `\N`, `\\N`, `\.`, "\\.\n", `\t`, `\x41`, `a\`, "'", `"`,
	":store_id", "?", "NULL",
}

func orNil(text []byte) any {
	if text == nil {
		return nil
	}
	return string(text)
}

// TestRowsAreReset checks that rows that were reset hold nothing of what they held, and that others do not share their
// memory.
func TestRowsAreReset(t *testing.T) {
	long := bytes.Repeat([]byte("long"), blockSize)
	fill := func(r *Rows, text []byte) {
		for range 3 {
			r.appendText(text)
			r.appendInt(math.MinInt64)
			r.appendBool(true)
			r.appendCents(-5)
			r.appendTime(time.Date(2026, 1, 1, 0, 0, 0, 999_999_999, time.FixedZone("", 3600)))
			r.endRow()
		}
	}
	a, b := &Rows{}, &Rows{}
	fill(a, long)
	a.reset()
	fill(a, []byte("a"))
	fill(b, []byte("b"))
	for want, r := range map[string]*Rows{"a": a, "b": b} {
		err := r.Each(func(values []any) error {
			if values[0] != want || values[1] != "-9223372036854775808" || values[2] != "1" || values[3] != "-0.05" ||
				values[4] != "2025-12-31T23:00:00.999999Z" {
				t.Errorf("row of %s is %q", want, values)
			}
			return nil
		})
		if err != nil || r.count != 3 {
			t.Errorf("%d rows, %v", r.count, err)
		}
	}
}

func TestCents(t *testing.T) {
	for cents, want := range map[model.Cents]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 50: "0.50", 100: "1.00", -1234: "-12.34", 99_999_999_999: "999999999.99",
		-100: "-1.00",
	} {
		if got := cents.String(); got != want {
			t.Errorf("%d cents are %s, want %s", int64(cents), got, want)
		}
		var back model.Cents
		if err := back.Scan(want); err != nil || back != cents {
			t.Errorf("%s scans as %d, %v", want, int64(back), err)
		}
		if err := back.Scan([]byte(want)); err != nil || back != cents {
			t.Errorf("%s scans as %d from bytes, %v", want, int64(back), err)
		}
		if got := cents.Decimal().StringFixed(2); got != want {
			t.Errorf("%d cents are %s dollars, want %s", int64(cents), got, want)
		}
	}
	for _, bad := range []any{"", "1", "1.0", "1.000", "x.00", "1.0x", nil, 1.5, "NaN"} {
		var c model.Cents
		if err := c.Scan(bad); err == nil {
			t.Errorf("%v scans as %s", bad, c)
		}
	}
}

func TestCentsInJSON(t *testing.T) {
	if text, err := model.Cents(-1205).MarshalText(); err != nil || string(text) != "-12.05" {
		t.Errorf("cents are %q, %v", text, err)
	}
}

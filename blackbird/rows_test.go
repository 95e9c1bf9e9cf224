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
	for _, text := range awkward[:20] {
		f.Add([]byte(text), []byte("x"), 2)
	}
	f.Fuzz(func(t *testing.T, one, two []byte, n int) {
		n = min(max(n, 0), 5)
		r := &rows{}
		defer r.reset()
		for range n {
			r.text(one)
			r.text(nil)
			r.text(two)
			r.end()
		}
		if r.count != n {
			t.Errorf("%d rows, want %d", r.count, n)
		}
		seen := 0
		err := r.each(func(values []any) error {
			seen++
			if len(values) != 3 || values[0] != orNil(one) || values[1] != nil || values[2] != orNil(two) {
				t.Errorf("%q and %q read back as %q", one, two, values)
			}
			return nil
		})
		if err != nil || seen != n {
			t.Errorf("%d rows were read back, %v, want %d", seen, err, n)
		}
		for _, block := range r.finished() {
			if lines := bytes.Count(block, []byte("\n")); block[len(block)-1] != '\n' || lines > n || bytes.Count(block, []byte("\t")) != 2*lines {
				t.Errorf("block %q is not of whole rows", block)
			}
		}
	})
}

func orNil(text []byte) any {
	if text == nil {
		return nil
	}
	return string(text)
}

// TestRowsAreReset checks that rows that were reset hold nothing of what they held, and that others do not share their memory.
func TestRowsAreReset(t *testing.T) {
	long := bytes.Repeat([]byte("long"), blockSize)
	fill := func(r *rows, text []byte) {
		for range 3 {
			r.text(text)
			r.int(math.MinInt64)
			r.bool(true)
			r.cents(-5)
			r.time(time.Date(2026, 1, 1, 0, 0, 0, 999_999_999, time.FixedZone("", 3600)))
			r.end()
		}
	}
	a, b := &rows{}, &rows{}
	fill(a, long)
	a.reset()
	fill(a, []byte("a"))
	fill(b, []byte("b"))
	for want, r := range map[string]*rows{"a": a, "b": b} {
		err := r.each(func(values []any) error {
			if values[0] != want || values[1] != "-9223372036854775808" || values[2] != "1" || values[3] != "-0.05" || values[4] != "2025-12-31T23:00:00.999999Z" {
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
		0: "0.00", 5: "0.05", -5: "-0.05", 50: "0.50", 100: "1.00", -1234: "-12.34", 99_999_999_999: "999999999.99", -100: "-1.00",
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

func TestParseTime(t *testing.T) {
	want := time.Date(2026, 3, 1, 12, 0, 0, 123_456_000, time.UTC)
	for _, text := range []string{
		"2026-03-01T12:00:00.123456Z", "2026-03-01 12:00:00.123456+00", "2026-03-01 07:00:00.123456-05", "2026-03-01T13:00:00.123456+01:00",
	} {
		if at, err := parseTime([]byte(text)); err != nil || at.UTC() != want {
			t.Errorf("%s is read as %v, %v", text, at, err)
		}
	}
	if at, err := parseTime([]byte("2026-03-01 12:00:00+00")); err != nil || at != want.Truncate(time.Second) {
		t.Errorf("a whole second is read as %v, %v", at, err)
	}
	for _, text := range []string{"", "yesterday", "infinity", "2026-03-01"} {
		if at, err := parseTime([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, at)
		}
	}
}

package biotrack

import (
	"testing"
)

func TestPosition(t *testing.T) {
	for text, xid := range map[string]string{
		"0": "0", "3": "3", "4294967295": "4294967295", "4294967296": "0", "4294967299": "3",
		"9223372036854775807": "4294967295",
	} {
		p := must[Position](t)(ParsePosition(text))
		if p.String() != text || p.xid() != xid {
			t.Errorf("position %s reads %s and is xid %s, want %s", text, p, p.xid(), xid)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1.5", "x", "9223372036854775808", " 1", "0x5", "1_000"} {
		if p, err := ParsePosition(text); err == nil {
			t.Errorf("%q is position %s", text, p)
		}
	}
}

func TestPositionReaches(t *testing.T) {
	const here = Position(1<<32 + 5)
	for _, tc := range []struct {
		what       string
		since, now Position
		want       bool
	}{
		{"no time", here, here, true},
		{"one transaction", here, here + 1, true},
		{"across an epoch", here - 10, here, true},
		{"just within half of the numbers", here, here + horizon - 1, true},
		{"at the margin", here, here + horizon, false},
		{"half of the numbers", here, here + 1<<31, false},
		{"all of the numbers", here, here + 1<<32, false},
		{"backwards", here + 1, here, false},
	} {
		if got := tc.since.Reaches(tc.now); got != tc.want {
			t.Errorf("%s: %t, want %t", tc.what, got, tc.want)
		}
	}
}

func FuzzPosition(f *testing.F) {
	for _, text := range []string{"", "0", "12345678901", "9223372036854775807", "18446744073709551615", "-1", "00",
		" 7"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePosition(text)
		if err != nil {
			return
		}
		if again, err := ParsePosition(p.String()); err != nil || again != p {
			t.Errorf("position %q reads %s, and that reads %s, %v", text, p, again, err)
		}
		if !p.Reaches(p) {
			t.Errorf("position %s does not reach itself", p)
		}
	})
}

package cmd

import (
	"slices"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// FuzzConfig sees that any file is either read, with known keys alone, or refused with a hint.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"", "store: main", "store: [a, b]\nrooms: [0, 3]", "store: {a: b}", "stor: main", "store: 1.50\nrooms: 007", "- store", "store: &a\nrooms: *a",
		"store: !!binary aGVsbG8=", "store: 2026-01-01", "\x00", "store: ~\n---\nstore: b", "{", "store: |\n  two\n  lines",
	} {
		f.Add([]byte(seed))
	}
	known := []string{"rooms", "store"}
	f.Fuzz(func(t *testing.T, text []byte) {
		values, err := parseConfig("x.yaml", text, known)
		if err != nil {
			if !is[*sync.SetupError](err) {
				t.Errorf("%q: %v is no SetupError", text, err)
			}
			return
		}
		for key := range values.values {
			if !slices.Contains(known, key) {
				t.Errorf("%q: key %q was taken", text, key)
			}
		}
	})
}

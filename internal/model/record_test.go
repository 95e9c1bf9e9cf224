package model

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecordSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][][]byte{
		`(1,a,f)`:              {b("1"), b("a"), b("f")},
		`(,"",)`:               {nil, b(""), nil},
		`(" a b ","(,)",x)`:    {b(" a b "), b("(,)"), b("x")},
		`("""q""","\\n","\\")`: {b(`"q"`), b(`\n`), b(`\`)},
		`("a""","b","""c")`:    {b(`a"`), b("b"), b(`"c`)},
		"(\"a\nb\",\xe9,ü)":    {b("a\nb"), b("\xe9"), b("ü")},
	} {
		r := NewRecord(len(want))
		if err := r.Split([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, r.Cells); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func b(text string) []byte { return []byte(text) }

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "(", ")", "a,b,c", "(a,b)", "(a,b,c,d)", "(a,b,c", "(a,b,c) ", `(a,b,"c)`,
		`(a,"b"c,d)`} {
		if err := NewRecord(3).Split([]byte(text)); err == nil {
			t.Errorf("%q: taken for a record", text)
		}
	}
}

// FuzzRecord sees that any two values come back as they were, and that nothing else makes the parser fail but by an
// error.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{"", "a", `"`, `\`, `a"\,b`, "(),", " \t\n", "\xff"} {
		f.Add(seed, seed+"x")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		r := NewRecord(2)
		_ = r.Split([]byte(one))
		text := "(" + quoteCell(one) + "," + quoteCell(two) + ")"
		if err := r.Split([]byte(text)); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if string(r.Cells[0]) != one || string(r.Cells[1]) != two || r.Cells[0] == nil || r.Cells[1] == nil {
			t.Fatalf("%q: split into %q and %q", text, r.Cells[0], r.Cells[1])
		}
	})
}

// quoteCell writes a value as the server does.
func quoteCell(text string) string {
	if text != "" && !strings.ContainsAny(text, "\"\\(), \t\n\v\f\r") {
		return text
	}
	return `"` + strings.NewReplacer(`"`, `""`, `\`, `\\`).Replace(text) + `"`
}

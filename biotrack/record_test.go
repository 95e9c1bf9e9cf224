package biotrack

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecordSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]sql.RawBytes{
		`(1,a,f)`:              {b("1"), b("a"), b("f")},
		`(,"",)`:               {nil, b(""), nil},
		`(" a b ","(,)",x)`:    {b(" a b "), b("(,)"), b("x")},
		`("""q""","\\n","\\")`: {b(`"q"`), b(`\n`), b(`\`)},
		`("a""","b","""c")`:    {b(`a"`), b("b"), b(`"c`)},
		"(\"a\nb\",\xe9,ü)":    {b("a\nb"), b("\xe9"), b("ü")},
	} {
		r := newRecord(len(want))
		if err := r.split([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, r.cells); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func b(text string) sql.RawBytes { return sql.RawBytes(text) }

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "(", ")", "a,b,c", "(a,b)", "(a,b,c,d)", "(a,b,c", "(a,b,c) ", `(a,b,"c)`, `(a,"b"c,d)`} {
		if err := newRecord(3).split([]byte(text)); err == nil {
			t.Errorf("%q: taken for a record", text)
		}
	}
}

// FuzzRecord sees that any two values come back as they were, and that nothing else makes the parser fail but by an error.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{"", "a", `"`, `\`, `a"\,b`, "(),", " \t\n", "\xff"} {
		f.Add(seed, seed+"x")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		r := newRecord(2)
		_ = r.split([]byte(one))
		text := "(" + quoteCell(one) + "," + quoteCell(two) + ")"
		if err := r.split([]byte(text)); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if string(r.cells[0]) != one || string(r.cells[1]) != two || r.cells[0] == nil || r.cells[1] == nil {
			t.Fatalf("%q: split into %q and %q", text, r.cells[0], r.cells[1])
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

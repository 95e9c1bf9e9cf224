package biotrack

import (
	"strings"
	"testing"
)

func TestShape(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"0,1,12.00:0,3.5,38.00":                 "9,9,9.9:9,9.9,9.9",
		"l=2;q=1;p=1200":                        "a=9;a=9;a=9",
		`{"level": 2, "price": "10.80"}`:        `{"a": 9, "a": "9.9"}`,
		"Müller's  ½ oz, ١٢ €":                  "a'a  9 a, 9 €",
		"a\x00b\xff\tc\n":                       "a?a??a?",
		"::,,--":                                "::,,--",
		"e\u0301te\u0301":                       "a",
		strings.Repeat("7", 500):                "9",
		strings.Repeat("0,", 30):                strings.Repeat("9,", 30),
		strings.Repeat("0,", 30) + "1":          strings.Repeat("9,", 30) + "…",
		strings.Repeat("0,", 29) + "1" + "23/4": strings.Repeat("9,", 29) + "9/…",
	} {
		if got := Shape(text); got != want {
			t.Errorf("Shape(%q) = %q, want %q", text, got, want)
		}
	}
}

package output

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 999 * time.Millisecond: "0s", 59 * time.Second: "59s", time.Minute: "1m",
		61 * time.Second: "1m1s",
		3 * time.Hour:    "3h", 3*time.Hour + 59*time.Second: "3h", 185 * time.Minute: "3h5m",
		52*time.Hour + time.Minute: "2d4h",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"a\tb\r\nc": "a b c", "\x1b[31mred": "\uFFFD[31mred", "a\u202eb": "a\uFFFDb",
		"Zoë 日本 😀": "Zoë 日本 😀", "\x00": "\uFFFD", " ": "",
	} {
		if got := PlainText(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestForm(t *testing.T) {
	table := func(w io.Writer) {
		Table(w, []string{"STORE", "STATE", "~PASS", "DETAIL"}, [][]string{
			{"default", "ok", "7", "a word and more words"}, {"default", "late", "", "Zoë"},
		})
		io.WriteString(w, "as of today\n")
	}
	for _, tt := range []struct {
		form Form
		want string
	}{
		{Form{}, "STORE    STATE  PASS  DETAIL\ndefault  ok     7     a word and more words\n" +
			"default  late   -     Zoë\nas of today\n"},
		{Form{Width: 80, Colour: true}, "STORE    STATE  PASS  DETAIL\n" +
			"default  \x1b[32mok\x1b[0m     7     a word and more words\n" +
			"default  \x1b[33mlate\x1b[0m   -     Zoë\nas of today\n"},
		{Form{Width: 18}, "STATE  DETAIL\nok     a word and\n       more words\nlate   Zoë\nas of today\n"},
	} {
		var b strings.Builder
		if err := tt.form.Aligned(&b, table); err != nil || b.String() != tt.want {
			t.Errorf("%+v:\n%s\nwant\n%s\n%v", tt.form, b.String(), tt.want, err)
		}
	}
}

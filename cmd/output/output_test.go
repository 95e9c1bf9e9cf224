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

// TestNarrow: what is of no use in part is never cut, and what is there to be copied is never broken.
func TestNarrow(t *testing.T) {
	for _, tt := range []struct{ heading, row, want string }{
		{"CUSTOMER\tFIRST NAME\tPHONE\tSTATE", "C0000001\tMaximiliane Charlotte\t(303) 555-0199\tactive",
			"CUSTOMER  FIRST NAME    PHONE           STATE\nC0000001  Maximiliane…  (303) 555-0199  active\n"},
		{"ID\tNAME\tPRICE\tBREAKS", "1000000001\tOtter Creek Flower\t$1234.56\t3.5 g for $30.00",
			"ID          NAME         PRICE     BREAKS\n1000000001  Otter Cree…  $1234.56  3.5 g for\n" +
				strings.Repeat(" ", 35) + "$30.00\n"},
	} {
		var b strings.Builder
		err := Form{Width: 46}.Aligned(&b, func(w io.Writer) { io.WriteString(w, tt.heading+"\n"+tt.row+"\n") })
		if err != nil || b.String() != tt.want {
			t.Errorf("%s\nwant\n%s\n%v", b.String(), tt.want, err)
		}
	}
	for line, want := range map[string]string{
		"exactly as wide": "exactly as wide",
		"  hint: run `blackbirdctl sync --full` now": "  hint: run\n    `blackbirdctl sync --full`\n    now",
		"next: blackbirdctl sync orders":             "next: blackbirdctl sync orders",
		"GRANT SELECT ON tickets TO reader;":         "GRANT SELECT ON tickets TO reader;",
	} {
		if got := (Form{Width: 15}).Wrap(line); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}

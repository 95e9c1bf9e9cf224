package biotrack

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestDecodeText(t *testing.T) {
	for _, tc := range []struct{ encoding, raw, want string }{
		{"SQL_ASCII", "Ada", "Ada"},
		{"SQL_ASCII", "Ren\xe9", "René"},
		{"SQL_ASCII", "Ren\xc3\xa9", "René"},
		{"SQL_ASCII", "O\x92Brien", "O’Brien"},
		{"SQL_ASCII", "\x80 5", "€ 5"},
		{"SQL_ASCII", "Ren\xc3\xa9 \xe9", "RenÃ© é"}, // not all of it is UTF-8: then none of it
		{"SQL_ASCII", "\x81\x8d\x8f\x90\x9d", "\ufffd\ufffd\ufffd\ufffd\ufffd"},
		{"SQL_ASCII", "\xc3", "Ã"},
		{"LATIN1", "René", "René"},
		{"LATIN1", "O\u0092Brien", "O’Brien"},
		{"LATIN1", "\u0081", "\ufffd"},
		{"LATIN1", "\u009f\u00a0\u00ff", "Ÿ\u00a0ÿ"},
		{"UTF8", "O\u0092Brien 😀", "O\u0092Brien 😀"},
		{"WIN1252", "O’Brien", "O’Brien"},
	} {
		if got := string(encoding(tc.encoding).decode([]byte(tc.raw))); got != tc.want {
			t.Errorf("%s %q reads %q, want %q", tc.encoding, tc.raw, got, tc.want)
		}
	}
}

func TestTrim(t *testing.T) {
	utf := encoding("UTF8")
	for _, tc := range []struct{ raw, text, key string }{
		{" Ada \t\r\n", "Ada", "Ada"},
		{"\u00a0Ada\u3000", "Ada", "\u00a0Ada\u3000"},
		{"A  B", "A  B", "A  B"},
		{"\v12\f", "12", "12"},
	} {
		if got := string(utf.text([]byte(tc.raw))); got != tc.text {
			t.Errorf("text %q reads %q, want %q", tc.raw, got, tc.text)
		}
		if got := string(utf.key([]byte(tc.raw))); got != tc.key {
			t.Errorf("key %q reads %q, want %q", tc.raw, got, tc.key)
		}
	}
	for _, raw := range [][]byte{nil, {}, []byte(" \t\n")} {
		if text, key := utf.text(raw), utf.key(raw); text != nil || key != nil {
			t.Errorf("%q reads %q and %q, want nothing", raw, text, key)
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	for _, raw := range []string{"", "Ada", "Ren\xe9", "Ren\xc3\xa9", "O\x92Brien", "\x81", "\xff\xfe", " \xa0x",
		"\u0092", "😀"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		decode := encodingUnknown.decode
		got := decode(raw)
		if !utf8.Valid(got) {
			t.Errorf("%q reads %q, which is not UTF-8", raw, got)
		}
		if utf8.Valid(raw) && !bytes.Equal(got, raw) {
			t.Errorf("%q was UTF-8 and reads %q", raw, got)
		}
		if again := decode(got); !bytes.Equal(again, got) {
			t.Errorf("%q reads %q, and that reads %q", raw, got, again)
		}
		if text := encodingUnknown.text(raw); !utf8.Valid(text) || text != nil && len(text) == 0 {
			t.Errorf("%q trims to %q", raw, text)
		}
		if utf8.Valid(raw) && !utf8.Valid(encodingLatin1.decode(raw)) {
			t.Errorf("%q is no UTF-8 from a LATIN1 database", raw)
		}
		if !bytes.Equal(raw, before) {
			t.Errorf("decoding has written to %q", before)
		}
	})
}

package model

import (
	"strings"
	"unicode"
)

// PlainText returns a text without characters that control a terminal or turn the direction of what follows: blanks in
// place of line breaks and tabs, and U+FFFD in place of the others.
func PlainText(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

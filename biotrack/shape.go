package biotrack

import (
	"strings"
	"unicode"
)

// maxShape is how many characters of a shape are kept: a line of a report stays a line.
const maxShape = 60

// Shape returns what a text looks like without what it says: a run of digits as 9, a run of letters as a, what cannot
// be printed as ?, and all else as it is. Texts of one form have one shape, whatever their amounts and names are: the
// shape of "0,1,12.00" is "9,9,9.9". A longer one ends in an ellipsis.
func Shape(text string) string {
	var shape strings.Builder
	length, last := 0, rune(-1)
	for _, r := range text {
		switch {
		case unicode.IsNumber(r):
			r = '9'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			r = 'a'
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			r = '?'
		}
		if r == last && (r == '9' || r == 'a') {
			continue
		}
		if length == maxShape {
			shape.WriteRune('…')
			break
		}
		shape.WriteRune(r)
		length, last = length+1, r
	}
	return shape.String()
}

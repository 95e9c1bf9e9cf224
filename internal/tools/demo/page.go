package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// pageWidth is how many columns the output needs at most, paths left aside.
const pageWidth = 100

// page is what the demo writes on.
type page struct{ *lab.T }

// line writes one line as it is. A reader who has seen enough ends the demo.
func (p page) line(format string, args ...any) {
	_, err := fmt.Fprintf(p.Stdout, format+"\n", args...)
	p.Check(err)
}

// heading opens a part of the story.
func (p page) heading(text string) {
	p.line("\n%s\n%s", text, strings.Repeat("-", utf8.RuneCountInString(text)))
}

// say writes a paragraph.
func (p page) say(format string, args ...any) {
	p.line("%s", wrap(fmt.Sprintf(format, args...), ""))
}

// next writes a paragraph that opens another block.
func (p page) next(format string, args ...any) {
	p.line("")
	p.say(format, args...)
}

// output writes what a command printed. Its lines are folded, so that all of a long one can be read.
func (p page) output(text string) {
	for line := range strings.Lines(text) {
		p.line("%s", wrap(strings.TrimSuffix(line, "\n"), "    "))
	}
}

// table writes rows in columns. Of each column, align says whether it is aligned to the left (l) or to the right (r).
func (p page) table(align string, rows ...[]string) {
	p.line("%s", strings.TrimSuffix(lab.Columns(align, rows), "\n"))
}

// wrap folds a text between its words; all lines but the first are indented.
func wrap(text, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		width := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+width > pageWidth:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += width
	}
	return b.String()
}

// short cuts a text to a width.
func short(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// pageWidth is how many columns the output needs at most, paths left aside.
const pageWidth = 100

// page is what the demo writes on. The first error of its writer stays, and is asked for once an act is over: every line of
// prose would be followed by its own check otherwise.
type page struct {
	w   io.Writer
	err error
}

// line writes one line as it is.
func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// heading opens a part of the story.
func (p *page) heading(text string) {
	p.line("\n%s\n%s", text, strings.Repeat("-", utf8.RuneCountInString(text)))
}

// say writes a paragraph.
func (p *page) say(format string, args ...any) {
	p.line("%s", wrap(fmt.Sprintf(format, args...), ""))
}

// next writes a paragraph that opens another block.
func (p *page) next(format string, args ...any) {
	p.line("")
	p.say(format, args...)
}

// output writes what a command printed. Its lines are folded, so that all of a long one can be read.
func (p *page) output(text string) {
	for line := range strings.Lines(text) {
		p.line("%s", wrap(strings.TrimSuffix(line, "\n"), "    "))
	}
}

// table writes rows in columns. Of each column, align says whether its cells stand left (l) or right (r).
func (p *page) table(align string, rows ...[]string) {
	widths := make([]int, len(align))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if align[i] == 'r' {
				cell = gap + cell
			} else {
				cell += gap
			}
			b.WriteString("  " + cell)
		}
		p.line("%s", strings.TrimRight(b.String(), " "))
	}
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

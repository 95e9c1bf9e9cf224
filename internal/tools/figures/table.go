package figures

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Markdown lays cells out as a Markdown table that is also readable as it is. The first line is the header; all columns but the
// first stand right.
func Markdown(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 4)
		}
	}
	var b strings.Builder
	for n, line := range lines {
		for i, cell := range line {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				cell, gap = gap+cell, ""
			}
			b.WriteString("| " + cell + gap + " ")
		}
		b.WriteString("|\n")
		if n == 0 {
			b.WriteString(rule(widths))
		}
	}
	return b.String()
}

// rule is the line below a table's header.
func rule(widths []int) string {
	var b strings.Builder
	for i, width := range widths {
		if i == 0 {
			b.WriteString("|:" + strings.Repeat("-", width+1))
		} else {
			b.WriteString("|" + strings.Repeat("-", width+1) + ":")
		}
	}
	return b.String() + "|\n"
}

// Thousands prints a number with a comma before every three digits.
func Thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Short prints a number with as many digits as it is worth: three of what is small, none behind the point of what is large.
func Short(x float64) string {
	digits := 0
	switch {
	case x < 1:
		digits = 3
	case x < 10:
		digits = 2
	case x < 100:
		digits = 1
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

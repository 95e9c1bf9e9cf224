package lab

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Markdown lays cells out as a Markdown table that is also readable as it is. The first line is the header. All columns
// but the first are aligned to the right.
func Markdown(lines [][]string) string {
	align := "l" + strings.Repeat("r", len(lines[0])-1)
	widths := columnWidths(lines, 4)
	var b strings.Builder
	for n, line := range lines {
		b.WriteString("| " + strings.Join(padded(line, widths, align), " | ") + " |\n")
		if n > 0 {
			continue
		}
		for i, width := range widths {
			if i == 0 {
				b.WriteString("|:" + strings.Repeat("-", width+1))
			} else {
				b.WriteString("|" + strings.Repeat("-", width+1) + ":")
			}
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// Columns lays cells out in columns, each line indented. Of each column, align says whether it is aligned to the left
// (l) or to the right (r).
func Columns(align string, lines [][]string) string {
	var b strings.Builder
	widths := columnWidths(lines, 0)
	for _, line := range lines {
		b.WriteString(strings.TrimRight("  "+strings.Join(padded(line, widths, align), "  "), " ") + "\n")
	}
	return b.String()
}

func columnWidths(lines [][]string, least int) []int {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), least)
		}
	}
	return widths
}

func padded(line []string, widths []int, align string) []string {
	cells := make([]string, len(line))
	for i, cell := range line {
		gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if align[i] == 'r' {
			cells[i] = gap + cell
		} else {
			cells[i] = cell + gap
		}
	}
	return cells
}

// Thousands prints a number with a comma before every three digits.
func Thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Short prints a number with as many digits as it is worth: three behind the point if it is small, none if it is large.
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

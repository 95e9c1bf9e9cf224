package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// markdown lays cells out as a Markdown table that is also readable as it is. The first line is the header; all columns but the
// first stand right.
func markdown(lines [][]string) string {
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

// taskHeader names the columns of the table of tasks.
var taskHeader = []string{"task", "ours, s", "yardstick, s", "ours / yardstick", "target", "peak, MiB", "peak limit", "CPU, s",
	"WAL, MB", "WAL limit", "longest transaction, ms", "strongest lock"}

// cells are a row of the table of tasks.
func (m *row) cells() []string {
	ratio, wal := spreadOf(m.ratio), spreadOf(m.walMB)
	peak := m.peak
	if peak == 0 {
		peak = peakLimit
	}
	return []string{m.name, spreadOf(m.seconds).String(), spreadOf(m.yardstick).String(), ratio.String(), verdict(ratio.median, m.target),
		short(m.peakMiB), verdict(m.peakMiB, peak), short(spreadOf(m.cpu).median), short(wal.median), verdict(wal.median, m.wal),
		short(m.longestMS), shortLock(m.lock)}
}

// verdict says what was to be reached and whether it was; a dash where nothing was.
func verdict(value, target float64) string {
	switch {
	case target == 0:
		return "–"
	case value <= target:
		return fmt.Sprintf("≤ %v, met", target)
	}
	return fmt.Sprintf("≤ %v, missed", target)
}

// thousands prints a number with a comma before every three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

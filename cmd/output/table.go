package output

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Form is how a person sees tables. The zero value is for files and pipes: each table as wide as it is, in one colour.
type Form struct {
	// Width is the number of columns of the terminal, 0 for no bound: a wider table is made to fit.
	Width int
	// Colour reports whether states have colours.
	Colour bool
}

const (
	gap = "  "
	// optional begins the heading of a column that is left out where the table would not fit.
	optional = "~"
	// leastColumn is the width that a column keeps when a table is made to fit.
	leastColumn = 8
)

// Aligned calls write with a writer that aligns the columns of Table and Row.
func (f Form) Aligned(w io.Writer, write func(w io.Writer)) error {
	var text, aligned bytes.Buffer
	write(&text)
	var block [][]string
	flush := func() {
		f.writeBlock(&aligned, block)
		block = nil
	}
	for line := range strings.Lines(text.String()) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(block) > 0 && len(block[0]) != len(cells) {
			flush()
		}
		if len(cells) == 1 {
			aligned.WriteString(f.Wrap(cells[0]) + line[len(cells[0]):])
			continue
		}
		block = append(block, cells)
	}
	flush()
	_, err := aligned.WriteTo(w)
	return err
}

// statement begins a line that is there to be copied as it stands: a command, SQL or a comment beside that.
var statement = regexp.MustCompile(`^(next: |-- |GRANT |REVOKE |ALTER |CREATE )`)

// Wrap returns a line broken between its words where it is wider than the terminal, with what follows indented; one
// that is there to be copied stays as it is.
func (f Form) Wrap(line string) string {
	text := strings.TrimLeft(line, " ")
	indent := strings.Repeat(" ", len(line)-len(text)+len(gap))
	if f.Width <= 2*len(indent) || utf8.RuneCountInString(line) <= f.Width || statement.MatchString(line) {
		return line
	}
	return indent[len(gap):] + strings.Join(fold(text, f.Width-len(indent)), "\n"+indent)
}

// Table writes rows below a heading, with tabs between the cells. A column whose heading begins with ~ is left out on a
// terminal that is too narrow.
func Table(w io.Writer, heading []string, rows [][]string) {
	if c, isCSV := w.(*CSV); isCSV {
		c.table(plainHeading(heading), rows)
		return
	}
	Row(w, heading...)
	for _, row := range rows {
		Row(w, row...)
	}
}

// Row writes one row. An empty cell is a dash.
func Row(w io.Writer, cells ...string) {
	shown := make([]string, len(cells))
	for i, cell := range cells {
		if shown[i] = PlainText(cell); shown[i] == "" {
			shown[i] = "-"
		}
	}
	fmt.Fprintln(w, strings.Join(shown, "\t"))
}

// PlainText returns the text as one line without characters that control a terminal, and single blanks in it.
func PlainText(text string) string { return strings.Join(strings.Fields(model.PlainText(text)), " ") }

func plainHeading(heading []string) []string {
	plain := make([]string, len(heading))
	for i, name := range heading {
		plain[i] = strings.TrimPrefix(name, optional)
	}
	return plain
}

// writeBlock writes rows that have the same number of cells, the first of them a heading if it is a table.
func (f Form) writeBlock(w io.Writer, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	heading := rows[0]
	rows[0] = plainHeading(heading)
	widths := columnWidths(rows)
	if f.Width > 0 && total(widths) > f.Width {
		rows = withoutOptional(heading, rows)
		widths = columnWidths(rows)
		f.shrink(rows[0], widths)
	}
	for n, row := range rows {
		f.writeRow(w, row, widths, rows[0], n == 0)
	}
}

func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// total returns the width of a table.
func total(widths []int) int {
	sum := (len(widths) - 1) * len(gap)
	for _, width := range widths {
		sum += width
	}
	return sum
}

// withoutOptional returns the rows without the optional columns, and without the store's name where it is always one.
func withoutOptional(heading []string, rows [][]string) [][]string {
	stores := make(map[string]bool)
	for _, row := range rows[1:] {
		stores[row[0]] = true
	}
	kept := make([][]string, len(rows))
	for i, name := range heading {
		if strings.HasPrefix(name, optional) || name == "STORE" && len(stores) == 1 {
			continue
		}
		for n, row := range rows {
			kept[n] = append(kept[n], row[i])
		}
	}
	return kept
}

// canBeCut are the headings of columns that people can do without. What is in others, such as an id, a price or a
// phone, is of no use in part. The last column is not cut: it goes on in further lines.
var canBeCut = []string{"NAME", "FIRST NAME", "LAST NAME", "CATEGORY", "E-MAIL", "PERSON", "BIOTRACK", "BLACKBIRD",
	"RULE", "READ FOR"}

// shrink takes from the widest column of those that can be cut, and from the last one, until the table fits. Where that
// is not enough, the table stays wider than the terminal.
func (f Form) shrink(heading []string, widths []int) {
	for over := total(widths) - f.Width; over > 0; over-- {
		widest := len(widths) - 1
		for i, width := range widths {
			if slices.Contains(canBeCut, strings.ToUpper(heading[i])) && width > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= leastColumn {
			return
		}
		widths[widest]--
	}
}

// writeRow writes a row. The last cell goes on in further lines, another one that is too long is cut.
func (f Form) writeRow(w io.Writer, row []string, widths []int, heading []string, isHeading bool) {
	var line strings.Builder
	last := len(row) - 1
	for i, cell := range row[:last] {
		length := utf8.RuneCountInString(cell)
		if length > widths[i] {
			cell, length = string([]rune(cell)[:widths[i]-1])+"…", widths[i]
		}
		line.WriteString(f.colour(cell, heading[i], isHeading) + strings.Repeat(" ", widths[i]-length) + gap)
	}
	indent := total(widths) - widths[last]
	for n, part := range fold(row[last], widths[last]) {
		if n > 0 {
			line.WriteString("\n" + strings.Repeat(" ", indent))
		}
		line.WriteString(f.colour(part, heading[last], isHeading))
	}
	fmt.Fprintln(w, line.String())
}

// quoted is a command in a text, which stays on one line.
var quoted = regexp.MustCompile("`[^`]*`")

// fold breaks a text between its words into lines of a width. A longer word stays whole, and so does a command.
func fold(text string, width int) (lines []string) {
	const unbroken = "\u00a0"
	text = quoted.ReplaceAllStringFunc(text, func(command string) string {
		return strings.ReplaceAll(command, " ", unbroken)
	})
	line := ""
	for _, word := range strings.Split(text, " ") {
		word = strings.ReplaceAll(word, unbroken, " ")
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// colours are those of states, by the word that says it.
var colours = map[string]string{
	"ok": "32", "equal": "32", "running": "36", "repaired": "33", "late": "33", "never": "33",
	"failing": "31", "FAIL": "31", "different": "31",
}

// colour returns a cell in the colour of its state, where it is one.
func (f Form) colour(cell, heading string, isHeading bool) string {
	code := colours[cell]
	if !f.Colour || isHeading || code == "" || heading != "STATE" && heading != "VERDICT" {
		return cell
	}
	return "\x1b[" + code + "m" + cell + "\x1b[0m"
}

package output

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// CSV is what one run of the program writes as CSV: the first table of each result, and nothing else. A heading is
// written where it is not the one before it, so that the results of several streams are one table.
type CSV struct {
	out     *csv.Writer
	heading []string
	// store is a first column for tables that have none, empty for no such column.
	store string
	// written reports whether the result's table has been written.
	written bool
	err     error
}

// NewCSV returns a writer. Where a store is named, each row has it, so that the rows of several stores are one table.
func NewCSV(to io.Writer, store string) *CSV { return &CSV{out: csv.NewWriter(to), store: store} }

// Write ignores what is no table.
func (c *CSV) Write(text []byte) (int, error) { return len(text), nil }

// Result writes the table of a result, which write writes as a text.
func (c *CSV) Result(write func(w io.Writer)) error {
	c.written = false
	write(c)
	c.out.Flush()
	return c.err
}

func (c *CSV) table(heading []string, rows [][]string) {
	if c.written || c.err != nil {
		return
	}
	c.written = true
	addStore := c.store != "" && heading[0] != "STORE"
	if addStore {
		heading = append([]string{"STORE"}, heading...)
	}
	if !slices.Equal(heading, c.heading) {
		c.heading = heading
		c.err = c.out.Write(heading)
	}
	for _, row := range rows {
		var record []string
		if addStore {
			record = append(record, c.store)
		}
		for _, cell := range row {
			record = append(record, csvCell(cell))
		}
		if c.err == nil {
			c.err = c.out.Write(record)
		}
	}
}

// csvCell returns a cell as one line. What a spreadsheet would take for a formula, and is no number, begins with an
// apostrophe: people at the till type what they like.
func csvCell(cell string) string {
	cell = PlainText(cell)
	if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

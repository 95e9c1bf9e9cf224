package output

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Aligned calls write with a writer that aligns the columns of Table and Row.
func Aligned(w io.Writer, write func(w io.Writer)) error {
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	write(aligned)
	return aligned.Flush()
}

// Table writes rows below a heading, with tabs between the cells.
func Table(w io.Writer, heading []string, rows [][]string) {
	if c, isCSV := w.(*CSV); isCSV {
		c.table(heading, rows)
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

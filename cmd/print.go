package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// print writes a command's result to stdout: the value as one line of JSON, or what text writes.
func (a *app) print(value any, text func(w io.Writer)) error {
	if a.global.output.value == "json" {
		return json.NewEncoder(a.out).Encode(value)
	}
	if a.one != "" {
		// The columns are brought into line when all stores' rows are there.
		text(a.out)
		return nil
	}
	page := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	text(page)
	return page.Flush()
}

// writeTable writes rows below a heading; print brings the columns into line.
func writeTable(w io.Writer, heading []string, rows [][]string) {
	writeRow(w, heading)
	for _, row := range rows {
		writeRow(w, row)
	}
}

// writeRow writes one row. An empty cell is a dash, so that no column is lost to the eye or to awk.
func writeRow(w io.Writer, cells []string) {
	shown := make([]string, len(cells))
	for i, cell := range cells {
		if shown[i] = plainText(cell); shown[i] == "" {
			shown[i] = "-"
		}
	}
	fmt.Fprintln(w, strings.Join(shown, "\t"))
}

// plainText is one line without control characters: what somebody typed into BioTrack must not steer the terminal.
func plainText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

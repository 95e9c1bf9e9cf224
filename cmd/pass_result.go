package cmd

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// maxChanges is how many rows of a backfill are named.
const maxChanges = 100

// details says in one line what a pass did with how many rows, and of a points pass in a second one what it moved.
func details(r sync.Result) string {
	c := r.Counts
	text := fmt.Sprintf("%s: %s pass %d%s: read %d, inserted %d, updated %d, unchanged %d, removed %d, rejected %d",
		r.Stream, r.Mode, r.PassID, remarks(r), c.Read, c.Inserted, c.Updated, c.Unchanged, c.Removed, c.Rejected)
	if len(r.Reasons) > 0 {
		text += fmt.Sprintf(" (%s)", output.Tally(r.Reasons))
	}
	if len(r.Notices) > 0 {
		text += fmt.Sprintf("\n%s: notices: %s", r.Stream, output.Tally(r.Notices))
	}
	if r.PointsMoved != nil {
		text += fmt.Sprintf("\n%s: %d points given, %d taken", r.Stream, r.Given, r.Taken)
	}
	return text
}

// passTable writes what a pass did as a row.
func passTable(w io.Writer, r sync.Result) {
	c, moved := r.Counts, sync.PointsMoved{}
	if r.PointsMoved != nil {
		moved = *r.PointsMoved
	}
	row := []string{r.Store, r.Stream, string(r.Mode), strconv.FormatBool(r.DryRun)}
	for _, n := range []int64{
		r.PassID, c.Read, c.Inserted, c.Updated, c.Unchanged, c.Removed, c.Rejected, moved.Given, moved.Taken,
	} {
		row = append(row, output.Int(n))
	}
	output.Table(w, []string{
		"STORE", "STREAM", "MODE", "DRY RUN", "PASS", "READ", "INSERTED", "UPDATED", "UNCHANGED", "REMOVED", "REJECTED",
		"POINTS GIVEN", "POINTS TAKEN",
	}, [][]string{row})
}

// writeResult writes what a pass did, below a headline; of a backfill, row by row.
func writeResult(w io.Writer, headline string, r sync.Result) {
	points := r.Stream == sync.Points.Name
	fmt.Fprintln(w, headline)
	if len(r.SettingsChanged) > 0 {
		fmt.Fprintf(w, "%s: settings accepted: %s\n", r.Stream, strings.Join(r.SettingsChanged, ", "))
	}
	if m := r.MenuChanges; m != nil {
		fmt.Fprintf(w, "%s: %d repriced, %d left the menu, %d came onto it\n", r.Stream, m.Repriced, m.Left, m.Came)
	}
	if len(r.Absent) > 0 {
		where := "BioTrack"
		if points {
			where = "the store's orders"
		}
		fmt.Fprintf(w, "%s: not in %s: %s\n", r.Stream, where, strings.Join(r.Absent, ", "))
	}
	if points && len(r.Moves) > 0 && (r.DryRun || r.Mode == sync.ModeFull || r.Mode == sync.ModeBackfill) {
		writeRuleTotals(w, r.Moves)
	}
	if r.Findings == nil || r.Findings.Total() == 0 {
		return
	}
	changes := map[string]string{
		blackbird.Missing: "new", blackbird.Differs: "changed", blackbird.Surplus: "off the menu",
	}
	var rows [][]string
	for _, d := range r.Findings.Rows[:min(maxChanges, len(r.Findings.Rows))] {
		rows = append(rows, []string{d.Name(), changes[d.Kind], strings.Join(d.Fields, ", ")})
	}
	output.Table(w, []string{"KEY", "CHANGE", "FIELDS"}, rows)
	if more := r.Findings.Total() - int64(len(rows)); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
}

func remarks(r sync.Result) (remarks string) {
	if r.Resumed {
		remarks += ", resumed"
	}
	if r.DryRun {
		remarks += ", dry run"
	}
	return remarks
}

// writeRuleTotals writes the points that a pass gives and takes, by rule and in total.
func writeRuleTotals(w io.Writer, totals []sync.RuleTotal) {
	var rows [][]string
	var lines, points int64
	for _, t := range totals {
		rows = append(rows, []string{t.Rule, t.Kind, output.Int(t.Lines), fmt.Sprintf("%+d", t.Points)})
		lines, points = lines+t.Lines, points+t.Points
	}
	rows = append(rows, []string{"in sum", "", output.Int(lines), fmt.Sprintf("%+d", points)})
	output.Table(w, []string{"RULE", "KIND", "LINES", "POINTS"}, rows)
}

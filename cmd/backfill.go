package cmd

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// words is an option of texts with commas between them; given again it adds to them.
type words []string

// Set adds the words of a text.
func (w *words) Set(text string) error {
	parts, err := csv.NewReader(strings.NewReader(text)).Read()
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			*w = append(*w, part)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (w *words) String() string { return strings.Join(*w, ",") }

// Type returns what the help calls a value.
func (w *words) Type() string { return "strings" }

// selection are the options of a support backfill.
type selection struct {
	ids, customers words
	from, until    config.Date
}

func (s *selection) addIDFlag(c *cobra.Command) {
	c.Flags().Var(&s.ids, "id", "only the rows with these ids; the watermark stays where it is")
}

func (s *selection) addTimeFlags(c *cobra.Command) {
	config.Flag(c.Flags(), &s.from, "from", config.DateKind, "", "only orders from this date on, in the store's time zone; the watermark stays where it is")
	config.Flag(c.Flags(), &s.until, "until", config.DateKind, "", "only orders up to the end of this date, or before this moment; the watermark stays where it is")
}

func (s *selection) addPointsFlags(c *cobra.Command) {
	c.Flags().Var(&s.ids, "order", "only these orders; the watermark stays where it is")
	c.Flags().Var(&s.customers, "customer", "only the orders of these customers, by id; the watermark stays where it is")
}

// of is the selection as a pass takes it. The days have been checked where they were given.
func (s *selection) of(zone *time.Location, everything bool) (sync.Selection, error) {
	only := sync.Selection{IDs: s.ids, Customers: s.customers}
	only.From, _ = s.from.In(zone)
	until, wholeDay := s.until.In(zone)
	if only.Until = until; wholeDay {
		only.Until = until.AddDate(0, 0, 1)
	}
	dated := s.from != "" || s.until != ""
	switch {
	case everything && (dated || len(only.IDs) > 0):
		return only, &usageError{errors.New("--full reads everything: it does not go with --id, --from or --until")}
	case dated && len(only.IDs) > 0:
		return only, &usageError{errors.New("--id names the rows: it does not go with --from or --until")}
	case !only.Until.IsZero() && !only.Until.After(only.From):
		return only, &usageError{errors.New("--until is not after --from")}
	}
	return only, nil
}

// writeMoves says what a points pass moves, by rule and in sum.
func writeMoves(w io.Writer, moves []sync.RuleTotal) {
	var rows [][]string
	var lines, points int64
	for _, m := range moves {
		rows = append(rows, []string{m.Rule, m.Kind, output.Int(m.Lines), fmt.Sprintf("%+d", m.Points)})
		lines, points = lines+m.Lines, points+m.Points
	}
	if len(rows) > 0 {
		output.Table(w, []string{"RULE", "KIND", "LINES", "POINTS"}, append(rows, []string{"in sum", "", output.Int(lines), fmt.Sprintf("%+d", points)}))
	}
}

// changeWords say what a backfill made of a row.
var changeWords = map[string]string{blackbird.Missing: "new", blackbird.Differs: "changed", blackbird.Surplus: "off the menu"}

// mostChangesShown is how many rows of a backfill are named.
const mostChangesShown = 100

// writeResult says what a pass did; of a backfill, row by row.
func writeResult(w io.Writer, r sync.Result) {
	fmt.Fprintln(w, summary(r))
	if len(r.Absent) > 0 {
		where := "BioTrack"
		if r.Stream == sync.Points.Name {
			where = "the store's orders"
		}
		fmt.Fprintf(w, "%s: not in %s: %s\n", r.Stream, where, strings.Join(r.Absent, ", "))
	}
	if r.Stream == sync.Points.Name && (r.DryRun || r.Mode == sync.ModeFull || r.Mode == sync.ModeBackfill) {
		writeMoves(w, r.Moves)
	}
	if r.Findings == nil || r.Findings.Total() == 0 {
		return
	}
	var rows [][]string
	for _, d := range r.Findings.Rows[:min(mostChangesShown, len(r.Findings.Rows))] {
		rows = append(rows, []string{d.Key, changeWords[d.Kind], strings.Join(d.Fields, ", ")})
	}
	output.Table(w, []string{"KEY", "CHANGE", "FIELDS"}, rows)
	if more := r.Findings.Total() - int64(len(rows)); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
}

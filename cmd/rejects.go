package cmd

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// usualLimit is how many rows a list shows by default.
const usualLimit = 100

func (a *app) rejects() *cobra.Command {
	var limit int64
	c := a.reader("rejects [STREAM]", "List the rejected rows, the reasons, and what to fix in BioTrack",
		"  blackbirdctl rejects products", cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		func(ctx context.Context, store *blackbird.Store, args []string) error {
			return a.listRejects(ctx, store, strings.Join(args, ""), limit)
		})
	c.ValidArgs = sync.StreamNames()
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), usualLimit, "maximum number of rows to show")
	return c
}

// listRejects lists the rejects of a stream, or of all for an empty name.
func (a *app) listRejects(ctx context.Context, store *blackbird.Store, stream string, limit int64) error {
	page, listed, err := store.Rejects(ctx, stream, limit)
	if err != nil {
		return err
	}
	report := rejectReport{Store: a.cfg.Store, Listed: listed, Rejects: []rejectLine{}, zone: a.cfg.TimeZone}
	for i := range page {
		r := &page[i]
		report.Rejects = append(report.Rejects, rejectLine{
			Stream: r.Stream, Key: r.Key, Reason: r.Reason, Detail: r.Detail,
			FirstSeen: r.FirstSeen, LastSeen: r.LastSeen, Hint: sync.RejectHint(r.Reason),
		})
	}
	return a.print(report, report.write)
}

// rejectReport is what rejects prints.
type rejectReport struct {
	Store string `json:"store"`
	// Listed is the number of rejects, shown or not.
	Listed  int64        `json:"listed"`
	Rejects []rejectLine `json:"rejects"`
	zone    *time.Location
}

// rejectLine is one rejected row.
type rejectLine struct {
	Stream    string            `json:"stream"`
	Key       string            `json:"key"`
	Reason    string            `json:"reason"`
	Detail    string            `json:"detail"`
	FirstSeen blackbird.UTCTime `json:"first_seen"`
	LastSeen  blackbird.UTCTime `json:"last_seen"`
	Hint      string            `json:"remedy"`
}

// write writes the rows, and below them the hint for each reason.
func (r *rejectReport) write(w io.Writer) {
	if r.Listed == 0 {
		fmt.Fprintln(w, "no rejects")
		return
	}
	var rows [][]string
	hints := make(map[string]string)
	for i := range r.Rejects {
		l := &r.Rejects[i]
		first, last := output.Time(l.FirstSeen.Time, r.zone), output.Time(l.LastSeen.Time, r.zone)
		rows = append(rows, []string{r.Store, l.Stream, l.Key, l.Reason, first, last, l.Detail})
		hints[l.Reason] = l.Hint
	}
	output.Table(w, []string{"STORE", "STREAM", "KEY", "REASON", "~SINCE", "~LAST SEEN", "DETAIL"}, rows)
	fmt.Fprintln(w)
	if more := r.Listed - int64(len(r.Rejects)); more > 0 {
		fmt.Fprintf(w, "and %d more: see them with --limit %d\n", more, r.Listed)
	}
	for _, reason := range slices.Sorted(maps.Keys(hints)) {
		fmt.Fprintf(w, "%s: %s\n", output.PlainText(reason), hints[reason])
	}
}

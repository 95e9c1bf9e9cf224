package cmd

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// usualLimit is how many rows a list shows unless told otherwise.
const usualLimit = 100

func (a *app) rejects() *cobra.Command {
	var limit int64
	c := &cobra.Command{
		Use:       "rejects [STREAM]",
		Short:     "List the rows that cannot be taken, why, and what to mend in BioTrack",
		Example:   "  blackbirdctl rejects products",
		ValidArgs: sync.StreamNames(),
		Args:      args(cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs)),
		RunE: func(c *cobra.Command, args []string) error {
			return a.runRejects(c.Context(), slices.Concat(args, []string{""})[0], limit)
		},
	}
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), usualLimit, "how many rows to show at most")
	return c
}

// runRejects lists the rejects of a stream, or of all for an empty name.
func (a *app) runRejects(ctx context.Context, stream string, limit int64) error {
	store, done, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	page, listed, err := store.Rejects(ctx, stream, limit)
	if err != nil {
		return err
	}
	report := rejectReport{Store: a.cfg.Store, Listed: listed, Rejects: []rejectLine{}, zone: a.cfg.TimeZone}
	for i := range page {
		report.add(&page[i])
	}
	return a.print(report, report.write)
}

// rejectReport is what rejects prints.
type rejectReport struct {
	Store string `json:"store"`
	// Listed is how many there are, shown or not.
	Listed  int64        `json:"listed"`
	Rejects []rejectLine `json:"rejects"`
	zone    *time.Location
}

// rejectLine is one row that cannot be taken.
type rejectLine struct {
	Stream    string            `json:"stream"`
	Key       string            `json:"key"`
	Reason    string            `json:"reason"`
	Detail    string            `json:"detail"`
	FirstSeen blackbird.UTCTime `json:"first_seen"`
	LastSeen  blackbird.UTCTime `json:"last_seen"`
	HintText  string            `json:"remedy"`
}

func (r *rejectReport) add(listed *blackbird.ListedReject) {
	r.Rejects = append(r.Rejects, rejectLine{
		Stream: listed.Stream, Key: listed.Key, Reason: listed.Reason, Detail: listed.Detail, FirstSeen: listed.FirstSeen,
		LastSeen: listed.LastSeen, HintText: sync.RejectHint(listed.Reason),
	})
}

// write writes the rows, and below them the remedy of each reason.
func (r *rejectReport) write(w io.Writer) {
	if r.Listed == 0 {
		fmt.Fprintln(w, "no rejects")
		return
	}
	var rows [][]string
	remedies := make(map[string]string)
	for i := range r.Rejects {
		l := &r.Rejects[i]
		rows = append(rows, []string{r.Store, l.Stream, l.Key, l.Reason, output.Time(l.FirstSeen.Time, r.zone), output.Time(l.LastSeen.Time, r.zone), l.Detail})
		remedies[l.Reason] = l.HintText
	}
	output.Table(w, []string{"STORE", "STREAM", "KEY", "REASON", "SINCE", "LAST SEEN", "DETAIL"}, rows)
	fmt.Fprintln(w)
	if more := r.Listed - int64(len(r.Rejects)); more > 0 {
		fmt.Fprintf(w, "and %d more: see them with --limit %d\n", more, r.Listed)
	}
	for _, reason := range slices.Sorted(maps.Keys(remedies)) {
		fmt.Fprintf(w, "%s: %s\n", output.PlainText(reason), remedies[reason])
	}
}

package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

const statusHelp = `Show how each stream of the store stands: its last pass, how old its data is, what the store holds of it, and what
is wrong, with the remedy. Nothing is written, and no pass is disturbed.

The age is counted from the start of the last pass that succeeded: up to that moment the store is true. A stream is late when its
data is more than twice as old as --cadences says a pass is due.

The state is one of
  ok       a pass has succeeded, and not too long ago
  running  a pass is at work
  late     the data is too old
  failing  the last pass failed or was killed, or the next one cannot begin for the watermark is broken
  never    no pass has begun yet
  off      the stream is not in --streams

It ends with 65 when a stream that is on is late, failing or never, so that it may serve as a probe.`

func (a *app) status() *cobra.Command {
	c := &cobra.Command{
		Use:     "status",
		Short:   "Show how each stream stands, and what is wrong",
		Long:    statusHelp,
		Example: "  blackbirdctl status --cadences customers=3h,orders=1h",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.runStatus(c.Context()) },
	}
	a.cfg.AddCadencesFlag(c.Flags())
	return c
}

func (a *app) runStatus(ctx context.Context) error {
	state, err := a.lookIntoState()
	if err != nil {
		return err
	}
	seen, absent, err := a.look(ctx, state)
	if err != nil {
		return err
	}
	report := statusReport{Store: a.cfg.Store, zone: a.cfg.TimeZone}
	now := time.Now()
	for _, stream := range sync.StreamNames() {
		s := newStreamStatus(report.Store, stream, seen[stream])
		every := a.cfg.Cadences[stream]
		s.CadenceSeconds = int64(every.Seconds())
		s.judge(now, every, slices.Contains(a.cfg.Streams, stream))
		report.Streams = append(report.Streams, s)
	}
	if err := a.print(report, report.write); err != nil {
		return err
	}
	return report.verdict(absent)
}

// statusReport is what status prints.
type statusReport struct {
	Store   string          `json:"store"`
	Streams []*streamStatus `json:"streams"`
	zone    *time.Location
}

// streamStatus is how one stream stands.
type streamStatus struct {
	Store       string                `json:"store"`
	Stream      string                `json:"stream"`
	State       streamState           `json:"state"`
	LastPass    *blackbird.LoggedPass `json:"last_pass"`
	LastSuccess *blackbird.LoggedPass `json:"last_success"`
	LastFailure *blackbird.LoggedPass `json:"last_failure"`
	// AsOf is the moment up to which the store is true.
	AsOf           blackbird.UTCTime `json:"as_of,omitzero"`
	AgeSeconds     *int64            `json:"age_seconds"`
	CadenceSeconds int64             `json:"cadence_seconds"`
	Rows           int64             `json:"rows"`
	Rejects        map[string]int64  `json:"rejects"`
	Watermark      *reachedMark      `json:"watermark"`
	// LockHolder is the process at work, or the word that it is on another host.
	LockHolder string    `json:"lock_holder,omitempty"`
	Problems   []problem `json:"problems"`

	sight streamSight
	age   time.Duration
}

// reachedMark is what a watermark says of how far its stream has come.
type reachedMark struct {
	Position   string                 `json:"position"`
	Unfinished *checkpoint.Unfinished `json:"unfinished,omitempty"`
	SavedAt    time.Time              `json:"saved_at"`
}

// problem is what is wrong with a stream, and what to do.
type problem struct {
	Problem string `json:"problem"`
	Hint    string `json:"hint"`
}

func newStreamStatus(store, stream string, seen streamSight) *streamStatus {
	s := &streamStatus{
		Store: store, Stream: stream, sight: seen, Rows: seen.contents.Live, Rejects: seen.contents.Rejects, Problems: []problem{},
		LastPass: seen.history.Last, LastSuccess: seen.history.Done, LastFailure: seen.history.Failed, LockHolder: seen.holder(),
	}
	if w := seen.watermark; w != nil {
		s.Watermark = &reachedMark{Position: w.Position, Unfinished: w.Unfinished, SavedAt: w.SavedAt}
	}
	return s
}

// verdict is the error of a report that tells of something wrong; absent says why there is no store, if there is none.
func (r *statusReport) verdict(absent error) error {
	var wrong []string
	var problems []problem
	for _, s := range r.Streams {
		if words := s.State.wrong(); words != "" {
			wrong = append(wrong, s.Stream+" "+words)
			problems = append(problems, s.Problems...)
		}
	}
	none, isNone := errors.AsType[*noStoreError](absent)
	switch {
	case len(wrong) == 0:
		return nil
	case isNone:
		return finding(none.Error(), none.Hint())
	case len(problems) == 1:
		return finding(strings.Join(wrong, ", "), problems[0].Hint)
	}
	return finding(strings.Join(wrong, ", "), "each problem in the report has its hint")
}

// commandFor is how to make a pass over a stream.
func commandFor(store, stream string) string {
	command := "blackbirdctl " + sync.StreamNamed(stream).Command
	if store != config.DefaultStore {
		command += " --store " + store
	}
	return fmt.Sprintf("`%s`", command)
}

// total counts the rejects of all reasons.
func (s *streamStatus) total() (n int64) {
	for _, count := range s.Rejects {
		n += count
	}
	return n
}

func (s *streamStatus) add(p problem) { s.Problems = append(slices.Clip(s.Problems), p) }

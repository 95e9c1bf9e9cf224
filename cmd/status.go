package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

const statusHelp = `Show the state of each stream: its last pass, how old its data is, how many rows the store has, and
problems with their hints. Nothing is written, and no pass is disturbed.

The age is counted from the start of the last successful pass: up to that moment the store is in step with BioTrack. A
stream is late when its data is more than twice as old as its cadence.

The state is one of
  ok       a pass has succeeded, not too long ago
  running  a pass is running
  late     the data is too old
  failing  the last run failed or was killed, removals were held back and wait for you, or the watermark is broken or
           of another store
  never    no pass has begun yet
  off      the stream is not in --streams

It ends with 65 when a stream that is on is late, failing or never ran, so that it can serve as a probe.`

func (a *app) status() *cobra.Command {
	c := command("status", "Show the state of each stream, and what is wrong",
		"  blackbirdctl status --cadences customers=3h,orders=1h", cobra.NoArgs, a.runStatus)
	c.Long = statusHelp
	a.cfg.AddFlags(c.Flags(), "cadences")
	return c
}

func (a *app) runStatus(ctx context.Context, _ []string) error {
	state, err := a.lookIntoState()
	if err != nil {
		return err
	}
	seen, absent, err := a.collect(ctx, state)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, s := range seen {
		s.evaluate(now, a.cfg.Cadences[s.Stream], slices.Contains(a.cfg.Streams, s.Stream))
	}
	report := statusReport{a.cfg.Store, seen}
	if err := a.print(report, func(w io.Writer) { report.write(w, a.cfg.TimeZone) }); err != nil {
		return err
	}
	return report.err(absent)
}

// statusReport is what status prints.
type statusReport struct {
	Store   string          `json:"store"`
	Streams []*streamStatus `json:"streams"`
}

// streamStatus is the state of one stream.
type streamStatus struct {
	Store  string      `json:"store"`
	Stream string      `json:"stream"`
	State  streamState `json:"state"`
	blackbird.History
	// AsOf is the moment up to which the store is in step with BioTrack.
	AsOf           blackbird.UTCTime `json:"as_of,omitzero"`
	AgeSeconds     *int64            `json:"age_seconds"`
	CadenceSeconds int64             `json:"cadence_seconds"`
	blackbird.Contents
	Watermark *watermarkStatus `json:"watermark"`
	// LastAttempt is how the last run on this host's state folder ended, nil where that is not known.
	LastAttempt *checkpoint.Attempt `json:"last_attempt,omitempty"`
	// LockHolder is the running process, or says that it is on another host.
	LockHolder string    `json:"lock_holder,omitempty"`
	Problems   []problem `json:"problems"`

	// zone is the shop's, in which texts show times.
	zone      *time.Location
	age       time.Duration
	watermark *checkpoint.Watermark
	// watermarkErr is why the watermark cannot be read, or that it is not of this store.
	watermarkErr error
	// owner is the process that the lock file names, and exited reports whether it has ended.
	owner  *checkpoint.LockOwner
	exited bool
	// locked reports whether a session holds the stream's lock in the database, if lockKnown: an embedded store has
	// none.
	locked, lockKnown bool
}

// watermarkStatus is how far a stream has come.
type watermarkStatus struct {
	Position   string                 `json:"position"`
	Unfinished *checkpoint.Unfinished `json:"unfinished,omitempty"`
	SavedAt    time.Time              `json:"saved_at"`
}

// problem is what is wrong with a stream, and what to do.
type problem struct {
	Problem string `json:"problem"`
	Hint    string `json:"hint"`
}

func (s *streamStatus) add(text, hint string) { s.Problems = append(s.Problems, problem{text, hint}) }

// err returns the error of a report that shows something wrong; absent says why there is no store, if there is none.
func (r *statusReport) err(absent error) error {
	var complaints []string
	var problems []problem
	for _, s := range r.Streams {
		if complaint := s.State.complaint(); complaint != "" {
			complaints = append(complaints, s.Stream+" "+complaint)
			problems = append(problems, s.Problems...)
		}
	}
	none, isNone := errors.AsType[*noStoreError](absent)
	switch {
	case len(complaints) == 0:
		return nil
	case isNone:
		return finding(none.Error(), none.Hint())
	case len(problems) == 1:
		return finding(strings.Join(complaints, ", "), problems[0].Hint)
	}
	return finding(strings.Join(complaints, ", "), "each problem in the report has its hint")
}

// write writes the table, and below it the rejects and problems of each stream.
func (r *statusReport) write(w io.Writer, zone *time.Location) {
	var rows [][]string
	var notes strings.Builder
	for _, s := range r.Streams {
		var rejects int64
		for _, count := range s.Rejects {
			rejects += count
		}
		if rejects > 0 {
			fmt.Fprintf(&notes, "%s: rejects: %s; see %s\n",
				s.Stream, output.Tally(s.Rejects), commandFor(r.Store, "rejects "+s.Stream))
		}
		var pass, mode, outcome, started, age string
		if p := s.Last; p != nil {
			pass, mode, outcome = output.Int(p.ID), p.Mode, string(p.Status)
			started = output.Time(p.StartedAt.Time, zone)
		}
		if s.Done != nil {
			age = output.Duration(s.age)
		}
		rows = append(rows, []string{
			s.Store, s.Stream, string(s.State), pass, mode, outcome, started, output.Time(s.AsOf.Time, zone), age,
			output.Duration(time.Duration(s.CadenceSeconds) * time.Second), output.Int(s.Live), output.Int(rejects),
			s.position(), s.LockHolder,
		})
	}
	for _, s := range r.Streams {
		for _, p := range s.Problems {
			fmt.Fprintf(&notes, "%s\n  hint: %s\n",
				aboutStream(s.Stream, output.PlainText(p.Problem)), output.PlainText(p.Hint))
		}
	}
	output.Table(w, []string{
		"STORE", "STREAM", "STATE", "~PASS", "~MODE", "~OUTCOME", "~STARTED", "~AS OF", "AGE", "CADENCE", "ROWS",
		"REJECTS", "~WATERMARK", "~LOCK",
	}, rows)
	if notes.Len() > 0 {
		fmt.Fprintf(w, "\n%s", notes.String())
	}
}

// position returns the watermark's position, or why there is none to show.
func (s *streamStatus) position() string {
	switch {
	case s.Watermark == nil && s.watermarkErr != nil:
		return "broken"
	case s.Watermark == nil:
		return ""
	case s.Watermark.Unfinished != nil:
		return "unfinished"
	}
	return s.Watermark.Position
}

// commandFor returns a command for a store: the words after the program's name, and the store where it has to be named.
func commandFor(store, words string) string {
	command := "blackbirdctl " + words
	if store != config.DefaultStore {
		command += " --store " + store
	}
	return fmt.Sprintf("`%s`", command)
}

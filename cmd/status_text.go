package cmd

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
)

var statusHeading = []string{
	"STORE", "STREAM", "STATE", "PASS", "MODE", "OUTCOME", "STARTED", "AS OF", "AGE", "CADENCE", "ROWS", "REJECTS", "WATERMARK", "LOCK",
}

// write writes the table, and below it what needs more words than a cell holds.
func (r *statusReport) write(w io.Writer) {
	var rows [][]string
	for _, s := range r.Streams {
		rows = append(rows, s.cells(r.zone))
	}
	output.Table(w, statusHeading, rows)
	var notes strings.Builder
	for _, s := range r.Streams {
		s.writeRejects(&notes)
	}
	for _, s := range r.Streams {
		s.writeProblems(&notes)
	}
	if notes.Len() > 0 {
		fmt.Fprintf(w, "\n%s", notes.String())
	}
}

func (s *streamStatus) cells(zone *time.Location) []string {
	var pass, mode, outcome, started, age string
	if p := s.LastPass; p != nil {
		pass, mode, outcome, started = output.Int(p.ID), p.Mode, string(p.Status), output.Time(p.StartedAt.Time, zone)
	}
	if s.LastSuccess != nil {
		age = output.Duration(s.age)
	}
	return []string{
		s.Store, s.Stream, string(s.State), pass, mode, outcome, started, output.Time(s.AsOf.Time, zone), age,
		output.Duration(time.Duration(s.CadenceSeconds) * time.Second), output.Int(s.Rows), output.Int(s.total()), s.mark(),
		s.LockHolder,
	}
}

// mark is the watermark in a word.
func (s *streamStatus) mark() string {
	switch {
	case s.sight.broken != nil:
		return "broken"
	case s.Watermark == nil:
		return ""
	case s.Watermark.Unfinished != nil:
		return "unfinished"
	}
	return s.Watermark.Position
}

func (s *streamStatus) writeRejects(w io.Writer) {
	if s.total() == 0 {
		return
	}
	fmt.Fprintf(w, "%s: rejects: %s; see `blackbirdctl rejects %s`\n", s.Stream, output.Tally(s.Rejects), s.Stream)
}

func (s *streamStatus) writeProblems(w io.Writer) {
	for _, p := range s.Problems {
		fmt.Fprintf(w, "%s: %s\n  hint: %s\n", s.Stream, output.PlainText(p.Problem), output.PlainText(p.Hint))
	}
}

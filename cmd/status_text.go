package cmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
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
	writeTable(w, statusHeading, rows)
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
		pass, mode, outcome, started = strconv.FormatInt(p.ID, 10), p.Mode, string(p.Status), clock(p.StartedAt, zone)
	}
	if s.LastSuccess != nil {
		age = short(s.age)
	}
	return []string{
		s.Store, s.Stream, string(s.State), pass, mode, outcome, started, clock(s.AsOf, zone), age,
		short(time.Duration(s.CadenceSeconds) * time.Second), strconv.FormatInt(s.Rows, 10), strconv.FormatInt(s.total(), 10), s.mark(),
		s.LockHolder,
	}
}

// clock spells a moment in the store's zone, without a blank; nothing for none.
func clock(m blackbird.UTCTime, zone *time.Location) string {
	if m.IsZero() {
		return ""
	}
	return m.In(zone).Format(time.RFC3339)
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
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(s.Rejects)) {
		parts = append(parts, fmt.Sprintf("%s %d", reason, s.Rejects[reason]))
	}
	fmt.Fprintf(w, "%s: rejects: %s; see `blackbirdctl rejects %s`\n", s.Stream, strings.Join(parts, ", "), s.Stream)
}

func (s *streamStatus) writeProblems(w io.Writer) {
	for _, p := range s.Problems {
		fmt.Fprintf(w, "%s: %s\n  hint: %s\n", s.Stream, plainText(p.Problem), plainText(p.Hint))
	}
}

package sync

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// SetupError reports a setting that does not fit the source, the store or the watermark: the user has to decide.
type SetupError struct {
	Problem string
	// HintText says what to do, in one sentence.
	HintText string
}

func (e *SetupError) Error() string { return e.Problem }

// Hint returns what to do.
func (e *SetupError) Hint() string { return e.HintText }

// setupError returns an error of the menu's settings as a SetupError, and any other as it is.
func setupError(err error) error {
	if e, ok := errors.AsType[*menu.SettingsError](err); ok {
		return &SetupError{Problem: e.Problem, HintText: e.HintText}
	}
	return err
}

// TooManyRejectsError reports that a pass stopped because it had more rejects than --max-rejects allows.
type TooManyRejectsError struct {
	Stream  string
	Limit   int64
	Reasons map[string]int64
}

func (e *TooManyRejectsError) Error() string {
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(e.Reasons)) {
		reasons = append(reasons, fmt.Sprintf("%s %d", reason, e.Reasons[reason]))
	}
	return fmt.Sprintf("%s: more than %d rejects (%s)", e.Stream, e.Limit, strings.Join(reasons, ", "))
}

// Hint returns what to do.
func (e *TooManyRejectsError) Hint() string {
	return "see the table rejects for each row and its reason; fix the rows in BioTrack or raise --max-rejects"
}

// TooManyRemovalsError reports that a pass changed nothing: it would have removed more than --max-removals allows.
type TooManyRemovalsError struct {
	Stream string
	// Verb says what the removals do, after "would".
	Verb string
	// Removals would have been made out of Live rows; Limit is how many may be.
	Removals, Live, Limit int64
}

func (e *TooManyRemovalsError) Error() string {
	return fmt.Sprintf("%d of %d %s would %s, more than the %d allowed at once; nothing was changed",
		e.Removals, e.Live, e.Stream, e.Verb, e.Limit)
}

// Hint returns what to do.
func (e *TooManyRemovalsError) Hint() string {
	return fmt.Sprintf("check that BioTrack is whole; if it is, run again with --max-removals %d", e.Removals)
}

// DifferentError reports that a verification found rows that differ.
type DifferentError struct {
	// Streams are the streams with differences, each with their number.
	Streams []string
}

func (e *DifferentError) Error() string {
	return "Blackbird differs from BioTrack: " + strings.Join(e.Streams, ", ")
}

// Hint returns what to do.
func (e *DifferentError) Hint() string {
	return "run the same with --repair, which writes the rows that differ; " +
		"if they differ again, check what else writes to the store"
}

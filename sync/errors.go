package sync

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// SetupError is a setting that does not fit the source, the store or the watermark: a person has to decide.
type SetupError struct {
	Problem string
	// HintText says what to do, in one sentence.
	HintText string
}

func (e *SetupError) Error() string { return e.Problem }

// Hint returns the remedy.
func (e *SetupError) Hint() string { return e.HintText }

// setupError returns an error of the menu's settings as a SetupError, and any other as it is.
func setupError(err error) error {
	if e, ok := errors.AsType[*menu.SettingsError](err); ok {
		return &SetupError{Problem: e.Problem, HintText: e.HintText}
	}
	return err
}

// TooManyRejectsError says that a pass stopped for having more rejects than --max-rejects allows.
type TooManyRejectsError struct {
	Stream  string
	Limit   int64
	Reasons map[string]int64
}

func (e *TooManyRejectsError) Error() string {
	return fmt.Sprintf("%s: more than %d rejects (%s)", e.Stream, e.Limit, reasons(e.Reasons))
}

// Hint returns the remedy.
func (e *TooManyRejectsError) Hint() string {
	return "see the table rejects for each row and its reason; mend the rows in BioTrack or raise --max-rejects"
}

func reasons(counts map[string]int64) string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", reason, counts[reason]))
	}
	return strings.Join(parts, ", ")
}

// TooManyRemovalsError says that a pass changed nothing, for it would have removed more than --max-removals allows.
type TooManyRemovalsError struct {
	Stream string
	// Removals would have been made out of Live rows; Limit is how many may be.
	Removals, Live, Limit int64
}

func (e *TooManyRemovalsError) Error() string {
	verb := map[string]string{"customers": "be made inactive", "orders": "be removed", "products": "leave the menu"}[e.Stream]
	return fmt.Sprintf("%d of %d %s would %s, more than the %d allowed at once; nothing was changed",
		e.Removals, e.Live, e.Stream, verb, e.Limit)
}

// Hint returns the remedy.
func (e *TooManyRemovalsError) Hint() string {
	return fmt.Sprintf("check that BioTrack is whole; if it is, run again with --max-removals %d", e.Removals)
}

// DifferentError says that a verification found rows that are not as they should be.
type DifferentError struct {
	// Streams are the streams with differences, each with their number.
	Streams []string
}

func (e *DifferentError) Error() string {
	return "Blackbird differs from BioTrack: " + strings.Join(e.Streams, ", ")
}

// Hint returns the remedy.
func (e *DifferentError) Hint() string {
	return "run the same with --repair, which writes the rows that differ; if they differ again, look who else writes the store"
}

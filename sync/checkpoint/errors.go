package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
)

// StateError reports that the state folder cannot be used.
type StateError struct {
	Op   string
	Path string
	Err  error
}

// newStateError strips a path from the cause: the error's text names it already.
func newStateError(op, path string, err error) *StateError {
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		err = file.Err
	}
	return &StateError{Op: op, Path: path, Err: err}
}

func (e *StateError) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Path, e.Err) }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *StateError) Hint() string {
	return "make the state folder writable and free space on its disk, or name another with --state-dir"
}

// BrokenError reports that a watermark file cannot be used: it is damaged, of a newer program, or of another stream or
// store.
type BrokenError struct {
	Path string
	Err  error
}

func (e *BrokenError) Error() string { return fmt.Sprintf("read watermark %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Err }

// LockedError reports that another pass of the stream is running.
type LockedError struct {
	Stream string
	// Owner describes who holds the lock, empty where that is not known.
	Owner string
	// Err is the cause, if there is one.
	Err error
}

func (e *LockedError) Error() string {
	if e.Owner == "" {
		return fmt.Sprintf("another pass of %s is running", e.Stream)
	}
	return fmt.Sprintf("another pass of %s is running (%s)", e.Stream, e.Owner)
}

// Unwrap returns the cause.
func (e *LockedError) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *LockedError) Hint() string { return "nothing is wrong: try again when it has ended" }

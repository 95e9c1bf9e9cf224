package biotrack

import (
	"fmt"
	"strings"
)

// Error says what was being asked of BioTrack when it went wrong; the cause is the driver's or the network's own error.
type Error struct {
	Op  string
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s BioTrack: %v", e.Op, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// SchemaError names what a stream needs and the database does not have, or does not show to our role.
type SchemaError struct {
	// Missing are tables, or columns as table.column.
	Missing []string
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("database has no %s", strings.Join(e.Missing, ", "))
}

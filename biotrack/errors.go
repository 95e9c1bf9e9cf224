package biotrack

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Error says what was being asked of BioTrack when it went wrong; the cause is the driver's or the network's own error.
type Error struct {
	Op  string
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s BioTrack: %s", e.Op, model.ErrorText(e.Err)) }

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

// IsCancelled reports whether the server broke a statement off for its own reasons: it ran into the statement timeout, or stood in the way of
// what a standby has to replay. It may do better another time. Waiting too long for a lock is not one of them: to queue for it again would
// hold up the till.
func IsCancelled(err error) bool {
	return pq.As(err, pqerror.QueryCanceled, pqerror.TRSerializationFailure) != nil
}

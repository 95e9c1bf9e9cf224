package biotrack

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Error says what was being asked of BioTrack when it went wrong; the cause is the driver's or the network's own error.
type Error struct {
	Op  string
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s BioTrack: %s", e.Op, withoutData(e.Err)) }

// withoutData is an error's text, but for a data error, class 22, whose text may quote a row: of that its code has to do.
func withoutData(err error) string {
	if e := pq.As(err); e != nil && e.Code.Class() == pqerror.ClassDataException {
		return strings.ReplaceAll(err.Error(), e.Error(), fmt.Sprintf("data error %s (%s)", e.Code, e.Code.Name()))
	}
	return err.Error()
}

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

// Cancelled tells whether the server broke a statement off for its own reasons: it ran into the statement timeout, or stood in the way of
// what a standby has to replay. It may do better another time. Waiting too long for a lock is not one of them: to queue for it again would
// hold up the till.
func Cancelled(err error) bool {
	return pq.As(err, pqerror.QueryCanceled, pqerror.TRSerializationFailure) != nil
}

package biotrack

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Error is an error of BioTrack's server, of the driver or of the network, with what was being done.
type Error struct {
	// Op is a verb and a noun, such as "read tickets".
	Op  string
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("BioTrack: %s: %s", e.Op, model.ErrorText(e.Err)) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// wrap makes an Error of a cause, unless there is none or it is one already.
func wrap(op string, err error) error {
	if _, known := errors.AsType[*Error](err); err == nil || known {
		return err
	}
	return &Error{Op: op, Err: err}
}

// SchemaError names what a stream needs and the database does not have, does not show to our role, or has in a type
// that cannot be read.
type SchemaError struct {
	// Missing are tables, or columns as table.column.
	Missing    []string
	Unreadable []Unreadable
}

func (e *SchemaError) Error() string {
	var problems []string
	if len(e.Missing) > 0 {
		problems = append(problems, "database has no "+strings.Join(e.Missing, ", "))
	}
	for _, u := range e.Unreadable {
		problems = append(problems, "table "+u.Table+" "+u.Problem())
	}
	return strings.Join(problems, "; ")
}

// Hint returns what to do.
func (e *SchemaError) Hint() string {
	if len(e.Missing) == 0 && len(e.Unreadable) > 0 {
		return CastHint(e.Unreadable)
	}
	return "check that BIOTRACK_URL names the BioTrack database itself, and that its tables are in the role's " +
		"search_path: see `blackbirdctl inspect schema`"
}

// ErrorKind classifies an error of this package. It is DBErrorOther for any other error.
func ErrorKind(err error) model.DBErrorKind {
	if _, ours := errors.AsType[*Error](err); !ours {
		return model.DBErrorOther
	}
	return model.ClassifyDBError(err)
}

// ErrBehind is a standby that has not replayed yet what an earlier pass has seen.
var ErrBehind = errors.New("standby is behind what the last pass has seen")

// ErrUnflushed is a server that has not flushed its write-ahead log in time, and shows no checkpoint.
var ErrUnflushed = errors.New("server has not flushed its write-ahead log")

// IsUnavailable reports whether BioTrack is unreachable, starting, shutting down, full or busy, or cancelled a
// statement: another try may work.
func IsUnavailable(err error) bool {
	return errors.Is(err, ErrBehind) || errors.Is(err, ErrUnflushed) ||
		!IsConfiguration(err) && ErrorKind(err).IsUnavailable()
}

// IsConfiguration reports whether it takes a person to change BIOTRACK_URL, the role, the grants, a source-sql file or
// the server.
func IsConfiguration(err error) bool {
	_, schema := errors.AsType[*SchemaError](err)
	_, override := errors.AsType[*OverrideError](err)
	_, index := errors.AsType[*IndexError](err)
	_, noKey := errors.AsType[*NoKeyError](err)
	return schema || override || index || noKey || errors.Is(err, ErrOldServer) || errors.Is(err, ErrWritable) ||
		errors.Is(err, ErrStatementPooling) || ErrorKind(err).IsConfiguration()
}

// IsRowSecurity reports whether a policy of row security would have hidden rows from our role, had the read not failed.
func IsRowSecurity(err error) bool {
	e := pq.As(err, pqerror.InsufficientPrivilege)
	return e != nil && e.Routine == "check_enable_rls" // the message may be translated
}

// IsCancelled reports whether the server cancelled a statement for its own reasons: the statement timeout, or a
// conflict with what a standby has to replay; or ended the connection. Another try may work. Waiting too long for a
// lock is not one of them: to queue for it again would hold up the till.
func IsCancelled(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || pq.As(err, pqerror.QueryCanceled, pqerror.TRSerializationFailure) != nil
}

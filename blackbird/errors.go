package blackbird

import (
	"errors"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Error is an error of the Blackbird database, its driver or the network, with what was being done.
type Error struct {
	// Op is a verb and a noun, such as "read passes".
	Op  string
	Err error
	// Kind is what the store's engine finds the error to be.
	Kind model.DBErrorKind
}

func (e *Error) Error() string { return fmt.Sprintf("Blackbird: %s: %s", e.Op, model.ErrorText(e.Err)) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	// ErrLocked says that another session writes the stream.
	ErrLocked = errors.New("another session holds the stream's lock in the Blackbird database")
	// ErrSuperseded says that another session has taken the stream over while this one was disconnected.
	ErrSuperseded = errors.New("pass was declared abandoned by a newer one")
	// ErrOldServer says that the PostgreSQL server is too old to be a store.
	ErrOldServer = errors.New("server is older than PostgreSQL 14")
	// ErrReadOnly says that the PostgreSQL server takes no writes, as a standby does not.
	ErrReadOnly = errors.New("server allows only read-only transactions")
	// ErrNotRegular says that the embedded store's name leads to a folder, a device, a pipe or a socket.
	ErrNotRegular = errors.New("not a regular file")
	// ErrBioTrack says that the database is BioTrack's, in which no table is ever made.
	ErrBioTrack = errors.New("database is BioTrack's own")
	// ErrEncoding says that the PostgreSQL database cannot hold every text: its encoding is neither UTF8 nor SQL_ASCII.
	ErrEncoding = errors.New("database's encoding is neither UTF8 nor SQL_ASCII")
	// ErrNoSchema says that the search_path has no schema that exists and that the role may use: there is no place for
	// the tables.
	ErrNoSchema = errors.New("no schema of the search_path exists for the role")
	// ErrPooled says that a pooler moves our connections between sessions of the server: the locks and the temporary
	// tables of a pass are a session's.
	ErrPooled = errors.New("a pooler shares the sessions of the server between transactions")
	// ErrNewerSchema says that a newer blackbirdctl has changed the tables.
	ErrNewerSchema = errors.New("tables were made by a newer blackbirdctl")
	// ErrOlderSchema says that the tables have to be migrated.
	ErrOlderSchema = errors.New("tables await a migration")
)

// WrapError makes an Error of a cause that an engine classifies, unless there is none or it is one already.
func WrapError(engine Engine, op string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*Error](err); known {
		return err
	}
	return &Error{Op: op, Err: err, Kind: engine.Classify(err)}
}

func (s *Store) wrap(op string, err error) error { return WrapError(s.engine, op, err) }

// ErrorKind classifies an error of this package. It is DBErrorOther for any other error.
func ErrorKind(err error) model.DBErrorKind {
	if e, ours := errors.AsType[*Error](err); ours {
		return e.Kind
	}
	return model.DBErrorOther
}

// IsUnavailable reports whether the store's database is unreachable, starting, shutting down, full or busy, or
// cancelled a statement: another try may work.
func IsUnavailable(err error) bool { return !IsConfiguration(err) && ErrorKind(err).IsUnavailable() }

// IsConfiguration reports whether it takes a person to change BLACKBIRD_URL, the role, the grants, the server or the
// version of this program.
func IsConfiguration(err error) bool {
	for _, known := range []error{
		ErrOldServer, ErrReadOnly, ErrBioTrack, ErrEncoding, ErrNoSchema, ErrPooled, ErrNewerSchema, ErrOlderSchema,
		ErrNothingToCopy, ErrOccupied, ErrCutOff, ErrColumns,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return ErrorKind(err).IsConfiguration()
}

// IsFile reports whether the embedded store's file, in the state folder, cannot be opened or written.
func IsFile(err error) bool { return ErrorKind(err) == model.DBErrorFile }

// IsDisk reports whether the disk of the embedded store is full or fails, or another process keeps its file busy. Such
// an error is also one of IsUnavailable.
func IsDisk(err error) bool { return ErrorKind(err) == model.DBErrorDisk }

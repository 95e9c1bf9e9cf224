package blackbird

import (
	"errors"
	"io/fs"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// ErrorKind classifies an error of this package. It is DBErrorOther for any other error.
func ErrorKind(err error) model.DBErrorKind {
	if _, ours := errors.AsType[*Error](err); !ours {
		return model.DBErrorOther
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
			return model.DBErrorDisk
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return model.DBErrorFile
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return model.DBErrorCorrupt
		}
		return model.DBErrorOther
	}
	if pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure) != nil {
		return model.DBErrorConflict
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Op == "open" {
		if _, file := errors.AsType[*fs.PathError](err); file {
			return model.DBErrorFile
		}
	}
	return model.ClassifyDBError(err)
}

// IsUnavailable reports whether the store's database is unreachable, starting, shutting down, full or busy, or cancelled a statement: another
// try may work.
func IsUnavailable(err error) bool { return !IsConfiguration(err) && ErrorKind(err).IsUnavailable() }

// IsConfiguration reports whether it takes a person to change BLACKBIRD_URL, the role, the grants, the server or the version of this program.
func IsConfiguration(err error) bool {
	return errors.Is(err, ErrOldServer) || errors.Is(err, ErrReadOnly) || errors.Is(err, ErrNewerSchema) || errors.Is(err, ErrOlderSchema) ||
		ErrorKind(err).IsConfiguration()
}

// IsFile reports whether the embedded store's file, in the state folder, cannot be opened or written.
func IsFile(err error) bool { return ErrorKind(err) == model.DBErrorFile }

// IsDisk reports whether the disk of the embedded store is full or fails, or another process keeps its file busy. Such an error is also one of
// IsUnavailable.
func IsDisk(err error) bool { return ErrorKind(err) == model.DBErrorDisk }

package model

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// DBErrorKind is what kind of failure a database, its driver or the network reported, and so what a program or a person
// can do about it.
type DBErrorKind uint8

// The kinds of failures. What is classified as configuration comes last.
const (
	DBErrorOther     DBErrorKind = iota // any other failure
	DBErrorDuplicate                    // a row whose key exists already
	DBErrorFile                         // an embedded store's file that cannot be opened or written

	DBErrorConflict    // a transaction that met another one
	DBErrorDisk        // an embedded store's disk that is full or fails, or its file that another process keeps busy
	DBErrorLocked      // a table that another session holds locked for longer than the lock timeout
	DBErrorUnavailable // a server that is unreachable, starting, shutting down, full or busy, or that cancelled us

	DBErrorAuthentication // a user, a password or a pg_hba.conf that does not fit
	DBErrorNoDatabase     // a database that does not exist
	DBErrorPermission     // a grant that the role lacks
	DBErrorReadOnly       // a write to a server that takes none, such as a standby
	DBErrorSchema         // a table, a column or a function that does not exist
	DBErrorNoTLS          // a server without TLS, which was asked for
	DBErrorCertificate    // a server certificate that cannot be trusted
	DBErrorTLSFile        // a file of sslrootcert, sslcert or sslkey that cannot be used
	DBErrorTarget         // a server that target_session_attrs excludes
	DBErrorSocket         // a socket that this process may not open
	DBErrorPooler         // a pooler that splits what belongs to one session
	DBErrorCorrupt        // an embedded store's file that is no database, or a damaged one
)

// IsUnavailable reports whether another try may work.
func (k DBErrorKind) IsUnavailable() bool { return k >= DBErrorConflict && k <= DBErrorUnavailable }

// IsConfiguration reports whether it takes a person to change the address, the role or the server.
func (k DBErrorKind) IsConfiguration() bool { return k > DBErrorUnavailable }

// kindOfCode and kindOfClass classify SQLSTATEs: a code goes before its class.
var (
	kindOfCode = map[pqerror.Code]DBErrorKind{
		pqerror.IdleInTransactionSessionTimeout: DBErrorUnavailable,
		pqerror.TransactionTimeout:              DBErrorUnavailable,
		pqerror.LockNotAvailable:                DBErrorLocked,
		pqerror.ReadOnlySQLTransaction:          DBErrorReadOnly,
		pqerror.InsufficientPrivilege:           DBErrorPermission,
		pqerror.UndefinedTable:                  DBErrorSchema,
		pqerror.UndefinedColumn:                 DBErrorSchema,
		pqerror.UndefinedFunction:               DBErrorSchema,
		pqerror.InvalidSchemaName:               DBErrorSchema,
		pqerror.InvalidSQLStatementName:         DBErrorPooler,
	}
	kindOfClass = map[pqerror.Class]DBErrorKind{
		pqerror.ClassInvalidAuthorizationSpecification: DBErrorAuthentication,
		pqerror.ClassInvalidCatalogName:                DBErrorNoDatabase,
		pqerror.ClassConnectionException:               DBErrorUnavailable,
		pqerror.ClassTransactionRollback:               DBErrorUnavailable,
		pqerror.ClassInsufficientResources:             DBErrorUnavailable,
		pqerror.ClassOperatorIntervention:              DBErrorUnavailable,
		pqerror.ClassSystemError:                       DBErrorUnavailable,
	}
)

// tlsFileProblems are texts of errors of the driver and of crypto/tls, which have no type for a file that was read and
// cannot be used.
var tlsFileProblems = []string{
	"pq: couldn't parse pem from sslrootcert", "private key, may not be properly protected",
	"pq: private key has world access",
	"tls: failed to find ", "tls: failed to parse private key", "tls: found ", "tls: private key ", "x509: malformed ",
}

// otherTarget are the driver's errors of a server that is not what target_session_attrs asks for.
var otherTarget = []string{"session is read-only", "session is not read-only", "server is in hot standby mode",
	"server is not in hot standby mode"}

// ClassifyDBError classifies an error of lib/pq, of the network or of TLS.
func ClassifyDBError(err error) DBErrorKind {
	if err == nil {
		return DBErrorOther
	}
	if e := pq.As(err); e != nil {
		if kind, ok := kindOfCode[e.Code]; ok || len(e.Code) < 2 {
			return kind
		}
		return kindOfClass[e.Code.Class()]
	}
	isText := func(problem string) bool { return strings.Contains(err.Error(), problem) }
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported):
		return DBErrorNoTLS
	case isA[*tls.CertificateVerificationError](err), isA[x509.UnknownAuthorityError](err),
		isA[x509.HostnameError](err), isA[tls.RecordHeaderError](err):
		return DBErrorCertificate
	case isA[*fs.PathError](err), slices.ContainsFunc(tlsFileProblems, isText):
		// The only files that a PostgreSQL connection reads are those for TLS.
		return DBErrorTLSFile
	case errors.Is(err, fs.ErrPermission) && isA[*net.OpError](err):
		return DBErrorSocket
	case isA[net.Error](err), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, net.ErrClosed):
		return DBErrorUnavailable
	case slices.ContainsFunc(otherTarget, isText):
		// After the network: of several hosts the right one may only be down.
		return DBErrorTarget
	}
	return DBErrorOther
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// lostConnection are Go's words for a connection that has ended; what contains another comes before it.
var lostConnection = []error{driver.ErrBadConn, io.ErrUnexpectedEOF, io.EOF}

// ErrorText returns an error's text. A data error, class 22, may quote a row, and so a person: of that only the code
// and its name are left.
func ErrorText(err error) string {
	if e := pq.As(err); e != nil && e.Code.Class() == pqerror.ClassDataException {
		return strings.ReplaceAll(err.Error(), e.Error(), fmt.Sprintf("data error %s (%s)", e.Code, e.Code.Name()))
	}
	for _, lost := range lostConnection {
		if errors.Is(err, lost) {
			return strings.Replace(err.Error(), lost.Error(), "the connection was lost", 1)
		}
	}
	return err.Error()
}

// SetupError reports a setting that does not fit the source, the store or the watermark: the user has to decide.
type SetupError struct {
	Problem string
	// HintText says what to do, in one sentence.
	HintText string
}

func (e *SetupError) Error() string { return e.Problem }

// Hint returns what to do.
func (e *SetupError) Hint() string { return e.HintText }

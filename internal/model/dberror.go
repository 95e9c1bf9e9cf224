package model

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"io"
	"io/fs"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// DBErrorKind is what kind of failure a database, its driver or the network reported, and so what a program or a person
// can do about it.
type DBErrorKind uint8

const (
	// DBErrorOther is any other failure.
	DBErrorOther DBErrorKind = iota
	// DBErrorDuplicate is a row whose key exists already.
	DBErrorDuplicate
	// DBErrorFile is the embedded store's file, which cannot be opened or written.
	DBErrorFile
	// DBErrorConflict is a transaction that met another one: the same may work when it is done again. It and the next two
	// may work at another try.
	DBErrorConflict
	// DBErrorDisk is the embedded store's disk, which is full or fails, or a file that another process keeps busy.
	DBErrorDisk
	// DBErrorUnavailable is a server that is unreachable, starting, shutting down, full or busy, or that cancelled us:
	// another try may work.
	DBErrorUnavailable

	// DBErrorAuthentication is a user, a password or a pg_hba.conf that does not fit. It and all kinds below are wrong
	// configuration.
	DBErrorAuthentication
	// DBErrorNoDatabase is a database that does not exist.
	DBErrorNoDatabase
	// DBErrorPermission is a grant that the role lacks.
	DBErrorPermission
	// DBErrorReadOnly is a write to a server that takes none, such as a standby.
	DBErrorReadOnly
	// DBErrorSchema is a table, a column or a function that does not exist.
	DBErrorSchema
	// DBErrorNoTLS is a server without TLS, which was asked for.
	DBErrorNoTLS
	// DBErrorCertificate is a server certificate that cannot be trusted.
	DBErrorCertificate
	// DBErrorTLSFile is a file of sslrootcert, sslcert or sslkey that cannot be used.
	DBErrorTLSFile
	// DBErrorSocket is a socket that this process may not open.
	DBErrorSocket
	// DBErrorCorrupt is an embedded store's file that is no database, or a damaged one.
	DBErrorCorrupt
)

// IsUnavailable reports whether another try may work.
func (k DBErrorKind) IsUnavailable() bool { return k >= DBErrorConflict && k <= DBErrorUnavailable }

// IsConfiguration reports whether it takes a person to change the address, the role or the server.
func (k DBErrorKind) IsConfiguration() bool { return k > DBErrorUnavailable }

// ClassifyDBError classifies an error of lib/pq, of the network or of TLS.
func ClassifyDBError(err error) DBErrorKind {
	if e := pq.As(err); e != nil {
		return classifySQLState(e.Code)
	}
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported):
		return DBErrorNoTLS
	case isA[*tls.CertificateVerificationError](err), isA[x509.UnknownAuthorityError](err), isA[x509.HostnameError](err),
		isA[tls.RecordHeaderError](err):
		return DBErrorCertificate
	case isA[*fs.PathError](err), isTLSFile(err):
		// The only files that a PostgreSQL connection reads are those for TLS.
		return DBErrorTLSFile
	case errors.Is(err, fs.ErrPermission) && isA[*net.OpError](err):
		return DBErrorSocket
	case isA[net.Error](err), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed):
		return DBErrorUnavailable
	}
	return DBErrorOther
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// isTLSFile reports whether a file for TLS was read and cannot be used. The driver and crypto/tls have no type for
// that.
func isTLSFile(err error) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	for _, problem := range []string{
		"pq: couldn't parse pem from sslrootcert", "private key, may not be properly protected",
		"pq: private key has world access",
		"tls: failed to find ", "tls: failed to parse private key", "tls: found ", "tls: private key ", "x509: malformed ",
	} {
		if strings.Contains(text, problem) {
			return true
		}
	}
	return false
}

func classifySQLState(code pqerror.Code) DBErrorKind {
	switch code {
	case pqerror.IdleInTransactionSessionTimeout, pqerror.TransactionTimeout, pqerror.LockNotAvailable:
		return DBErrorUnavailable
	case pqerror.ReadOnlySQLTransaction:
		return DBErrorReadOnly
	case pqerror.InsufficientPrivilege:
		return DBErrorPermission
	case pqerror.UndefinedTable, pqerror.UndefinedColumn, pqerror.UndefinedFunction, pqerror.InvalidSchemaName:
		return DBErrorSchema
	}
	if len(code) < 2 {
		return DBErrorOther
	}
	switch code.Class() {
	case pqerror.ClassInvalidAuthorizationSpecification:
		return DBErrorAuthentication
	case pqerror.ClassInvalidCatalogName:
		return DBErrorNoDatabase
	case pqerror.ClassConnectionException, pqerror.ClassTransactionRollback, pqerror.ClassInsufficientResources,
		pqerror.ClassOperatorIntervention, pqerror.ClassSystemError:
		return DBErrorUnavailable
	}
	return DBErrorOther
}

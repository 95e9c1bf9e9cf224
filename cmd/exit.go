package cmd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// The exit codes, after sysexits.h where it has one that fits.
const (
	exitOK          = 0
	exitUnexpected  = 1
	exitUsage       = 64
	exitData        = 65
	exitUnavailable = 69
	exitState       = 73
	exitLocked      = 75
	exitConfig      = 78
	exitInterrupted = 130
	exitTerminated  = 143
)

// exitCodes is the table that the help prints.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "done; rejects, if any, are counted"},
	{exitUnexpected, "unexpected error"},
	{exitUsage, "usage: unknown command, flag or value"},
	{exitData, "too many rejects, a difference found by verify, a stream that status finds late or failing, or too many removals"},
	{exitUnavailable, "a database is unreachable, starting, full, or cancels us: worth another try"},
	{exitState, "the state folder, or the file of --html, cannot be written"},
	{exitLocked, "another pass holds the lock: try later"},
	{exitConfig, "configuration: URL, credentials, database, tables or grants missing, member level not set, room unknown,\n" +
		"       watermark broken or of another server"},
	{exitInterrupted, "stopped by SIGINT, state kept"},
	{exitTerminated, "stopped by SIGTERM, state kept"},
}

func exitCodeHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, "  %3d  %s\n", e.code, e.meaning)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// exitCode is the table that turns errors into exit codes.
func exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		return signalCode(ctx)
	case is[*storesError](err):
		stores, _ := errors.AsType[*storesError](err)
		return stores.code()
	case is[*usageError](err), is[*sync.RefusedError](err):
		return exitUsage
	case is[*sync.TooManyRejectsError](err), is[*sync.TooManyRemovalsError](err), is[*sync.DifferentError](err), is[*findingError](err):
		return exitData
	case is[*checkpoint.LockedError](err):
		return exitLocked
	case is[*checkpoint.StateError](err), is[*menupage.Error](err):
		return exitState
	case is[*sync.SetupError](err), is[*biotrack.SchemaError](err), is[*biotrack.OverrideError](err), errors.Is(err, blackbird.ErrOldServer), errors.Is(err, blackbird.ErrReadOnly),
		errors.Is(err, blackbird.ErrNewerSchema), errors.Is(err, blackbird.ErrOlderSchema),
		errors.Is(err, biotrack.ErrOldServer), errors.Is(err, biotrack.ErrWritable):
		return exitConfig
	}
	return databaseCode(err)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func signalCode(ctx context.Context) int {
	if cause := context.Cause(ctx); cause != nil && strings.HasPrefix(cause.Error(), syscall.SIGTERM.String()) {
		return exitTerminated
	}
	return exitInterrupted
}

// databaseCode classifies what a driver or the network says.
func databaseCode(err error) int {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return stateCode(string(e.Code))
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteCode(e)
	}
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported), isTLS(err):
		return exitConfig
	case is[*fs.PathError](err):
		// The only files that a database's error can be about are the embedded store's.
		return exitState
	case errors.Is(err, fs.ErrPermission) && is[*net.OpError](err):
		return exitConfig
	case is[net.Error](err), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed):
		return exitUnavailable
	}
	return exitUnexpected
}

func isTLS(err error) bool {
	return is[*tls.CertificateVerificationError](err) || is[x509.UnknownAuthorityError](err) || is[x509.HostnameError](err) ||
		is[tls.RecordHeaderError](err)
}

// stateCode classifies an SQLSTATE. Classes: 08 connection, 25006 read-only, 28 authorization, 3D no such database, 40 rolled back,
// 42 missing or forbidden object, 53 out of resources, 55P03 lock timeout, 57 operator intervention, 58 system error.
func stateCode(state string) int {
	switch state {
	case "25P03", "55P03", "25P04":
		return exitUnavailable
	case "25006", "42501", "42P01", "42703", "42883", "3F000":
		return exitConfig
	}
	switch state[:min(2, len(state))] {
	case "28", "3D":
		return exitConfig
	case "08", "40", "53", "57", "58":
		return exitUnavailable
	}
	return exitUnexpected
}

func sqliteCode(e *sqlite.Error) int {
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
		return exitUnavailable
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return exitState
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return exitConfig
	}
	return exitUnexpected
}

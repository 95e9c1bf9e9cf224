package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
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

const exitCodeHelp = `Exit codes:
    0  done; rejects, if any, are counted
    1  unexpected error
   64  usage: unknown command, flag or value
   65  too many rejects, removals or points moved, prices that sales disprove, a difference in verify, a late or
       failing stream, an empty menu page
   69  a database is unreachable, starting, full, or cancels us: worth another try
   73  the state folder cannot be read or written, or the file of --html not written
   75  another pass holds the lock: try later
   78  configuration: URL, credentials, database, tables or grants missing, member level not set, room or
       location unknown, menu settings changed, watermark broken or of another server, embedded store damaged
  130  stopped by SIGINT, state kept
  143  stopped by SIGTERM, state kept`

// exitCode is the table that turns kinds of errors into exit codes. The packages classify their own.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		return signalCode(ctx)
	}
	if own, ok := errors.AsType[coder](err); ok {
		return own.code()
	}
	switch {
	case is[*usageError](err), is[*sync.RefusedError](err):
		return exitUsage
	case is[*sync.TooManyRejectsError](err), is[*sync.TooManyRemovalsError](err),
		is[*sync.TooManyPointsError](err), is[*sync.PriceProofError](err), is[*blackbird.CopyDiffersError](err):
		return exitData
	case is[*checkpoint.LockedError](err):
		return exitLocked
	case is[*checkpoint.StateError](err), is[*menupage.Error](err), blackbird.IsFile(err):
		return exitState
	case is[*sync.SetupError](err), biotrack.IsConfiguration(err), blackbird.IsConfiguration(err):
		return exitConfig
	case biotrack.IsUnavailable(err), blackbird.IsUnavailable(err), model.ClassifyDBError(err).IsUnavailable():
		return exitUnavailable
	case is[*fs.PathError](err):
		return exitState
	}
	return exitUnexpected
}

// coder is an error that knows its exit code.
type coder interface {
	error
	code() int
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// SignalError is the cause of a context that a signal cancelled.
type SignalError struct{ Signal os.Signal }

func (e *SignalError) Error() string { return e.Signal.String() + " signal received" }

func signalCode(ctx context.Context) int {
	if e, ok := errors.AsType[*SignalError](context.Cause(ctx)); ok && e.Signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}

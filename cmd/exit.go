package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
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

// exitCodes is the table that the help prints.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "done; rejects, if any, are counted"},
	{exitUnexpected, "unexpected error"},
	{exitUsage, "usage: unknown command, flag or value"},
	{exitData, "too many rejects, a difference found by verify, a stream that status finds late or failing, " +
		"or too many removals"},
	{exitUnavailable, "a database is unreachable, starting, full, or cancels us: worth another try"},
	{exitState, "the state folder, or the file of --html, cannot be written"},
	{exitLocked, "another pass holds the lock: try later"},
	{exitConfig, "configuration: URL, credentials, database, tables or grants missing, member level not set, room\n" +
		"       unknown, watermark broken or of another server"},
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

// exitCode is the table that turns kinds of errors into exit codes. The packages classify their own.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		return signalCode(ctx)
	}
	if stores, ok := errors.AsType[*storesError](err); ok {
		return stores.code()
	}
	if own, ok := errors.AsType[*commandError](err); ok {
		return own.code
	}
	switch {
	case is[*usageError](err), is[*sync.RefusedError](err):
		return exitUsage
	case is[*sync.TooManyRejectsError](err), is[*sync.TooManyRemovalsError](err):
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

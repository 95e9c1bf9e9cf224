package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// state is what a server of BioTrack says with an SQLSTATE.
func state(code string) error {
	return &biotrack.Error{Op: "read", Err: &pq.Error{Code: pqerror.Code(code), Message: "invalid input: \"Rosalind\""}}
}

func TestExitCode(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	noSocket := &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.ENOENT)}
	sealed := &fs.PathError{Op: "open", Path: "blackbird.db", Err: syscall.EACCES}
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"none", nil, 0},
		{"anything else", errors.New("what"), 1},
		{"usage", &usageError{err: errors.New("unknown flag")}, 64},
		{"rejects", fmt.Errorf("orders: %w", &sync.TooManyRejectsError{}), 65},
		{"removals", &sync.TooManyRemovalsError{}, 65},
		{"refused", &blackbird.Error{Op: "connect", Err: refused}, 69},
		{"no socket", &biotrack.Error{Op: "connect", Err: noSocket}, 69},
		{"unknown host", &net.DNSError{Err: "no such host"}, 69},
		{"cut off", &biotrack.Error{Op: "read", Err: io.ErrUnexpectedEOF}, 69},
		{"starting", state("57P03"), 69},
		{"too many connections", state("53300"), 69},
		{"disk full", state("53100"), 69},
		{"statement timeout", state("57014"), 69},
		{"lock timeout", state("55P03"), 69},
		{"a standby cancels us", state("40001"), 69},
		{"state folder", &checkpoint.StateError{Op: "lock", Err: syscall.EROFS}, 73},
		{"embedded store's file", &blackbird.Error{Op: "open", Err: sealed}, 73},
		{"locked", &checkpoint.LockedError{Stream: "orders"}, 75},
		{"setup", &sync.SetupError{Problem: "no level", HintText: "set one"}, 78},
		{"schema", &biotrack.Error{Op: "read", Err: &biotrack.SchemaError{Missing: []string{"table tickets"}}}, 78},
		{"password", state("28P01"), 78},
		{"role", state("28000"), 78},
		{"database", state("3D000"), 78},
		{"grant", state("42501"), 78},
		{"table", state("42P01"), 78},
		{"store is a standby", state("25006"), 78},
		{"no TLS", &biotrack.Error{Op: "connect", Err: pq.ErrSSLNotSupported}, 78},
		{"store that takes no writes", &blackbird.Error{Op: "connect", Err: blackbird.ErrReadOnly}, 78},
		{"old store", &blackbird.Error{Op: "connect", Err: blackbird.ErrOldServer}, 78},
		{"store in the till's database", &blackbird.Error{Op: "connect", Err: blackbird.ErrBioTrack}, 78},
		{"store in LATIN1", &blackbird.Error{Op: "connect", Err: blackbird.ErrEncoding}, 78},
		{"store behind a pooler of transactions", &blackbird.Error{Op: "lock", Err: blackbird.ErrPooled}, 78},
		{"statement prepared on another session", state("26000"), 78},
		{"old till", &biotrack.Error{Op: "connect", Err: biotrack.ErrOldServer}, 78},
		{"till that could be written", &biotrack.Error{Op: "connect", Err: biotrack.ErrWritable}, 78},
		{"till behind a pooler of statements", &biotrack.Error{Op: "connect", Err: biotrack.ErrStatementPooling}, 78},
		{"newer tables", &blackbird.Error{Op: "inspect", Err: blackbird.ErrNewerSchema}, 78},
		{"data error", state("22P02"), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := exitCode(t.Context(), tt.err); got != tt.want {
				t.Errorf("exit code %d, want %d", got, tt.want)
			}
			if tt.err == nil {
				return
			}
			var out strings.Builder
			(&app{err: &out}).reportError(t.Context(), tt.err, tt.want)
			if text := out.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "\nhint: ") {
				t.Errorf("not an error and a hint: %q", text)
			}
			if text := out.String(); tt.name == "lock timeout" && (!strings.Contains(text, "pg_locks") ||
				strings.Contains(text, "reachable")) {
				t.Errorf("the hint does not say who holds the lock: %s", text)
			}
			if text := describe(t.Context(), tt.err, tt.want); tt.name == "data error" &&
				strings.Contains(text, "Rosalind") {
				t.Errorf("error quotes a row: %s", text)
			}
		})
	}
}

func TestExitCodeOfSignals(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(&SignalError{sig})
		if got := exitCode(ctx, context.Canceled); got != want {
			t.Errorf("%s: exit code %d, want %d", sig, got, want)
		}
		if got := exitCode(ctx, nil); got != 0 {
			t.Errorf("%s after all was done: exit code %d", sig, got)
		}
	}
}

// TestStoppedBetweenStreams: a signal that comes as a stream ends well leaves the others undone, and is no success.
func TestStoppedBetweenStreams(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	runs := 0
	err := (&app{}).eachStream(ctx, sync.StreamNames(), func(*sync.Stream) error {
		runs++
		cancel(&SignalError{syscall.SIGTERM})
		return nil
	})
	if code := exitCode(ctx, err); runs != 1 || code != exitTerminated {
		t.Errorf("after %d streams the exit code is %d (%v), want %d after one", runs, code, err, exitTerminated)
	}
}

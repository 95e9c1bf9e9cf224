package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	// builtBin is the binary that the demo builds, where the Makefile builds it too.
	builtBin = "bin/blackbirdctl"
	// stopGrace is how long a pass may take to stop after it was told to.
	stopGrace = 10 * time.Second
)

// rooms are those whose stock is for sale.
const rooms = "0,2"

// passes are the command lines of a round, in the order that a crontab would have them.
var passes = [][]string{
	{"sync", "customers"},
	{"sync", "orders"},
	{"sync", "products", "--member-level", "Non-Member", "--rooms", rooms},
	{"points", "recompute"},
}

// build builds the binary from the folder that the demo was started in.
func build(ctx context.Context, p *page) (string, error) {
	if _, err := os.Stat("go.mod"); err != nil {
		return "", errors.New("build blackbirdctl: run the demo in the repository's root, or name a binary with --bin")
	}
	p.line("\n$ go build -o %s .", builtBin)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", builtBin, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build blackbirdctl: %w\n%s", err, bytes.TrimSpace(out))
	}
	return builtBin, p.err
}

// runner runs the binary.
type runner struct {
	bin string
	env []string
}

// newRunner prepares an environment that holds the demo's settings and nobody else's: a BLACKBIRD_URL that is set on this
// machine names a store that is no demo's.
func newRunner(bin, biotrackURL, state string) *runner {
	return &runner{bin: bin, env: append(withoutSettings(os.Environ()),
		"BIOTRACK_URL="+biotrackURL, "BLACKBIRDCTL_STATE_DIR="+state)}
}

// withoutSettings leaves out of an environment what blackbirdctl, or its PostgreSQL driver, would listen to.
func withoutSettings(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		ours := false
		for _, prefix := range []string{"BLACKBIRD", "BIOTRACK", "PG"} {
			ours = ours || strings.HasPrefix(variable, prefix)
		}
		if !ours {
			kept = append(kept, variable)
		}
	}
	return kept
}

// passError says which pass ended badly, and how it explains itself.
type passError struct {
	args   []string
	err    error
	stderr string
}

func (e *passError) Error() string {
	return fmt.Sprintf("run blackbirdctl %s: %v\n%s", strings.Join(e.args, " "), e.err, strings.TrimSpace(e.stderr))
}

func (e *passError) Unwrap() error { return e.err }

// run runs one command line, writes its results and returns its error with what it printed on stderr.
func (r *runner) run(ctx context.Context, stdout io.Writer, args ...string) error {
	cmd := exec.CommandContext(ctx, r.bin, args...)
	// Told to stop, a pass keeps its state.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	var stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = r.env, stdout, &stderr
	if err := cmd.Run(); err != nil {
		return &passError{args: args, err: err, stderr: stderr.String()}
	}
	return nil
}

// round makes the four passes and shows them as if they were typed.
func (r *runner) round(ctx context.Context, p *page) error {
	began := time.Now()
	for _, args := range passes {
		p.line("$ blackbirdctl %s", strings.Join(args, " "))
		var out strings.Builder
		if err := r.run(ctx, &out, args...); err != nil {
			return err
		}
		p.output(out.String())
	}
	p.line("(four passes in %.1f s)", time.Since(began).Seconds())
	return p.err
}

// Command bench measures blackbirdctl against yardsticks: what psql, or one SQL statement, needs for the same work on the same
// server:
//
//	go run ./testdata/bench --bin bin/blackbirdctl [--tickets N] [--runs N] [--growth N,N] [--only ID,ID] [--markdown FILE]
//
// It starts a private PostgreSQL server that keeps its data safe as an ordinary one does, makes an invented shop in it, and
// prints a table of tasks. Each task is run in pairs, the binary and its yardstick in turn, so that a slow moment of the machine
// meets both. The sampler that watches the source runs beside both of them. After each pair the bench compares what they have
// done: a difference, or a process that fails, stops it. A second table tells how time and memory grow with the shop.
//
// It runs on Linux, needs psql beside the server's binaries, and leaves nothing behind but the Markdown file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/blackbirdctl/blackbirdctl/testdata/figures"
)

const (
	failed = 1
	usage  = 64
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// The first signal lets the bench stop its server; a second one ends it at once.
	context.AfterFunc(ctx, stop)
	if len(os.Args) > 2 && os.Args[1] == figures.GaugeCommand {
		os.Exit(figures.Gauge(ctx, os.Args[2:]))
	}
	os.Exit(start(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// start runs the bench that the command line asks for and returns the exit code.
func start(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return usage
	}
	if err := run(ctx, o, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return failed
	}
	return 0
}

package figures

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes of a program that measures, beside 0.
const (
	// Failed is a measurement that failed, or found what must not be.
	Failed = 1
	// Usage is a command line that makes no sense.
	Usage = 64
)

// Program measures others. Parse reads the options O of its command line, and Run measures.
type Program[O any] struct {
	Name  string
	Parse func(args []string, stderr io.Writer) (O, error)
	Run   func(ctx context.Context, o O, stdout, stderr io.Writer) error
}

// Main runs the program as this process, and ends it. The first signal lets it clean up; a second one ends it at once.
func (p Program[O]) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	if len(os.Args) > 2 && os.Args[1] == GaugeCommand {
		os.Exit(Gauge(ctx, os.Args[2:]))
	}
	os.Exit(p.Start(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Start does what the command line asks for and returns the exit code.
func (p Program[O]) Start(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := p.Parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		return Usage
	}
	if err := p.Run(ctx, o, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		return Failed
	}
	return 0
}

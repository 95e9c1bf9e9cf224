package lab

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

// The exit codes of a program, besides 0.
const (
	// Failed is a run that failed, or found what must not be.
	Failed = 1
	// Usage is a command line that makes no sense.
	Usage = 64
	// Stopped is a run that a signal has ended.
	Stopped = 130
)

// Program is one of the lab's programs, with options of type O.
type Program[O any] struct {
	Name string
	// Flags defines the flags and returns what checks their values, or nil.
	Flags func(flags *flag.FlagSet, o *O) (check func() error)
	Run   func(t *T, o O)
}

// Main runs the program as this process, and ends it.
func (p Program[O]) Main() {
	// SIGPIPE is among them so that a reader who has seen enough leaves no server behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP,
		syscall.SIGPIPE)
	context.AfterFunc(ctx, stop)
	if len(os.Args) > 2 && os.Args[1] == GaugeCommand {
		os.Exit(Gauge(ctx, os.Args[2:]))
	}
	os.Exit(p.Start(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Start does what the command line asks for, and returns the exit code.
func (p Program[O]) Start(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := p.Parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		return Usage
	}
	return p.Try(ctx, o, stdout, stderr)
}

// Try runs the program with options, and returns the exit code.
func (p Program[O]) Try(ctx context.Context, o O, stdout, stderr io.Writer) int {
	t := &T{ctx: ctx, Stdout: stdout, Progress: stderr}
	err := t.run(func() { p.Run(t, o) })
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintf(stderr, "%s: stopped: %v\n", p.Name, context.Cause(ctx))
		return Stopped
	}
	fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
	return Failed
}

// Parse reads a command line.
func (p Program[O]) Parse(args []string, stderr io.Writer) (o O, err error) {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := p.Flags(flags, &o)
	switch err := flags.Parse(args); {
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case check != nil:
		return o, check()
	}
	return o, nil
}

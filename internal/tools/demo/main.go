// Command demo shows what blackbirdctl does, on a machine that has nothing set up: it starts a private PostgreSQL server that
// plays the point of sale, fills it with an invented shop, runs the real binary's passes into an embedded store, lets a day
// of trading pass, runs the passes again, and tells in plain words what each of them changed:
//
//	go run ./internal/tools/demo [--state DIR] [--bin FILE] [--server URL]
//
// It is for people who want to see the product before they point it at a till. It prints no customer's name, phone or
// e-mail, leaves the store in the state folder to look at, and leaves nothing else behind: its server ends with it,
// whatever the reason. The same version of it prints the same text, but for paths and times.
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

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

const (
	failed  = 1
	usage   = 64
	stopped = 130
)

func main() {
	// SIGPIPE is among them so that a reader who has seen enough (`make demo | head`) still leaves no server behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	// The first signal lets the demo clean up; a second one ends it at once.
	context.AfterFunc(ctx, stop)
	os.Exit(start(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// start runs the demo that the command line asks for and returns the exit code.
func start(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return usage
	}
	err = run(ctx, o, stdout)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "demo: stopped:", context.Cause(ctx))
		return stopped
	}
	fmt.Fprintln(stderr, "demo:", err)
	return failed
}

// options are the command line's.
type options struct {
	state  string // the folder that the store is made in
	bin    string // the binary; empty: it is built
	server string // a running server's URL; empty: a private one is started
}

// parse reads the command line; what is wrong with it is told on stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.state, "state", "demo-state", "`folder` for the store; if it is an earlier demo's, it is emptied first")
	flags.StringVar(&o.bin, "bin", "", "blackbirdctl `file` to run (default: build "+builtBin+")")
	flags.StringVar(&o.server, "server", "", "`URL` of a running PostgreSQL server, as its superuser, to make the shop's database on\n"+
		"(default: $"+pgtest.EnvURL+", else a private server)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "demo: unexpected argument %q\n", flags.Arg(0))
		return o, errors.New("unexpected argument")
	}
	if o.server == "" {
		// Not the flag's default: the help would print it, and with it a password.
		o.server = os.Getenv(pgtest.EnvURL)
	}
	return o, nil
}

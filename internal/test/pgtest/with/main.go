// Command with starts a private PostgreSQL server, runs another command with the server's address in its environment,
// and stops the server when that command ends. So one `go test` of many packages shares one server:
//
//	with [--bindir DIR] [--source-bindir DIR] [--citus-bindir DIR] -- COMMAND [ARGUMENT…]
//
// A server that BLACKBIRDCTL_TEST_PG_URL already names is used as it is, unless --bindir asks for another. With
// --source-bindir a second server of that folder's version plays the point of sale. With --citus-bindir three servers
// of an installation that has Citus are a coordinator and two workers. The exit code is the command's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

const (
	usageCode = 64
	ownFault  = 1
	// startLimit bounds the start of one server.
	startLimit = 10 * time.Minute
)

func main() {
	// Signals are the command's to answer; this process ends when the command does.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	code, err := run(os.Args[1:], signals, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "with:", err)
	}
	os.Exit(code)
}

// options are the command line's.
type options struct {
	binDir, sourceBinDir, citusBinDir string
	command                           []string
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("with", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.binDir, "bindir", "", "folder of the store's server binaries (default: look for them)")
	flags.StringVar(&opts.sourceBinDir, "source-bindir", "",
		"folder of the point of sale's server binaries (default: one server for both)")
	flags.StringVar(&opts.citusBinDir, "citus-bindir", "",
		"folder of server binaries that have Citus (default: no test runs on Citus)")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	opts.command = flags.Args()
	if len(opts.command) == 0 {
		return opts, errors.New("name the command to run, after --")
	}
	return opts, nil
}

// wanted are servers of one kind, and the variable that names them to the tests.
type wanted struct {
	variable string
	servers  int
	options  pgtest.Options
}

// wanted are the servers to start.
func (o options) wanted() (all []wanted) {
	if o.binDir != "" || os.Getenv(pgtest.EnvURL) == "" {
		all = append(all, wanted{pgtest.EnvURL, 1, pgtest.Options{BinDir: o.binDir}})
	}
	if o.sourceBinDir != "" {
		all = append(all, wanted{pgtest.EnvSourceURL, 1, pgtest.Options{BinDir: o.sourceBinDir}})
	}
	if o.citusBinDir != "" {
		nodes := pgtest.Options{BinDir: o.citusBinDir, Settings: pgtest.CitusSettings}
		all = append(all, wanted{pgtest.EnvCitusURLs, 3, nodes})
	}
	return all
}

// run starts the servers, runs the command and stops the servers, whatever became of the command.
func run(args []string, signals <-chan os.Signal, stderr io.Writer) (code int, err error) {
	opts, err := parse(args, stderr)
	if err != nil {
		return usageCode, err
	}
	env := os.Environ()
	for _, w := range opts.wanted() {
		var urls []string
		for range w.servers {
			server, err := start(w.options, signals)
			if err != nil {
				return ownFault, err
			}
			defer func() {
				if stopErr := server.Stop(); stopErr != nil {
					code, err = max(code, ownFault), errors.Join(err, stopErr)
				}
			}()
			urls = append(urls, server.URL("postgres"))
		}
		env = append(env, w.variable+"="+strings.Join(urls, " "))
	}
	return runCommand(opts.command, env, signals)
}

// start starts one server; a signal meanwhile ends the attempt.
func start(opts pgtest.Options, signals <-chan os.Signal) (*pgtest.Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	return pgtest.Start(ctx, opts)
}

// runCommand runs the command, hands it the signals that arrive, and returns its exit code.
func runCommand(command, env []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, env
	if err := cmd.Start(); err != nil {
		return ownFault, fmt.Errorf("start command: %w", err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case s := <-signals:
				// The command may have ended this very moment; then there is nothing to signal.
				_ = cmd.Process.Signal(s)
			case <-ended:
				return
			}
		}
	}()
	return exitCode(cmd.Wait())
}

// exitCode is a command's exit code as a shell reports it: 128 and the signal for one that a signal ended.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return ownFault, fmt.Errorf("wait for command: %w", err)
		}
		return 0, nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

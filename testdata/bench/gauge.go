package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// gaugeCommand makes this program run another one and write what it took. The kernel counts into a process's peak memory what
// the process that started it had in use, and a bench that has generated a shop has used more than what it measures. So each
// measured process is started by one that has done nothing else.
const gaugeCommand = "gauge"

// stopGrace is how long a process may take to stop after it was told to.
const stopGrace = 10 * time.Second

// spent is what a process took.
type spent struct {
	Seconds, CPU, PeakMiB float64
}

// gauge runs a command, writes as JSON to file descriptor 3 what it took, and returns its exit code.
func gauge(ctx context.Context, argv []string) int {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	began := time.Now()
	err := cmd.Run()
	took := spent{Seconds: time.Since(began).Seconds()}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return exit.ExitCode()
	}
	if err == nil {
		took.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			took.PeakMiB = float64(used.Maxrss) / 1024
		}
		err = json.NewEncoder(os.NewFile(3, "gauge")).Encode(took)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gauge:", err)
		return failed
	}
	return 0
}

// command is a process to measure.
type command struct {
	argv []string
	env  []string
	dir  string
}

// measure runs a command by way of the gauge. The error of one that fails holds what it printed on stderr.
func measure(ctx context.Context, c command) (took spent, err error) {
	self, err := os.Executable()
	if err != nil {
		return took, fmt.Errorf("find this program: %w", err)
	}
	answer, theirs, err := os.Pipe()
	if err != nil {
		return took, fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = answer.Close() }()
	cmd := exec.CommandContext(ctx, self, append([]string{gaugeCommand}, c.argv...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 2 * stopGrace
	var stderr bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stderr, cmd.ExtraFiles = c.env, c.dir, &stderr, []*os.File{theirs}
	// The answer fits into the pipe, so it can be read when all is over.
	err = errors.Join(cmd.Run(), theirs.Close())
	if err != nil {
		return took, fmt.Errorf("run %s: %w\n%s", strings.Join(c.argv, " "), err, strings.TrimSpace(stderr.String()))
	}
	if err := json.NewDecoder(answer).Decode(&took); err != nil {
		return took, fmt.Errorf("read what %s took: %w", c.argv[0], err)
	}
	return took, nil
}

package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// GaugeCommand is the first argument that makes a program run another one, by Gauge, and write what it took. The kernel
// counts into a process's peak memory what the process that started it had in use, and a program that has generated a
// shop has used more than what it measures. So each measured process is started by one that has done nothing else.
const GaugeCommand = "gauge"

// stopGrace is how long a process may take to stop after it was asked to.
const stopGrace = time.Minute

// Spent is what a process took. PrivateMiB is the most memory seen that is its own: the rest are pages of files, most
// of them of its program, which the kernel can drop and share.
type Spent struct {
	Seconds, CPU, PeakMiB, PrivateMiB float64
}

// Process prepares a command that is asked to stop when the context ends, so that a pass keeps its state, and is killed
// if it does not stop.
func Process(ctx context.Context, argv []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	return cmd
}

// Gauge runs a command, writes as JSON to file descriptor 3 what it took, and returns its exit code.
func Gauge(ctx context.Context, argv []string) int {
	cmd := Process(ctx, argv)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	began := time.Now()
	err := cmd.Start()
	ended, private := make(chan struct{}), make(chan float64, 1)
	if err == nil {
		go func() { private <- mostPrivate(cmd.Process.Pid, ended) }()
		err = cmd.Wait()
	}
	took := Spent{Seconds: time.Since(began).Seconds()}
	close(ended)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return exit.ExitCode()
	}
	if err == nil {
		took.PrivateMiB = <-private
		took.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			took.PeakMiB = float64(used.Maxrss) / 1024
		}
		err = json.NewEncoder(os.NewFile(3, "gauge")).Encode(took)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gauge:", err)
		return Failed
	}
	return 0
}

// mostPrivate looks at the private memory of a process, in MiB, every 20 ms until it has ended.
func mostPrivate(pid int, ended <-chan struct{}) (most float64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		// The file cannot be read any more when the process has just ended.
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		kB, _ := strconv.ParseFloat(strings.TrimSuffix(valueOf(string(text), "Private_Dirty"), " kB"), 64)
		most = max(most, kB/1024)
		select {
		case <-ended:
			return most
		case <-tick.C:
		}
	}
}

// Command is a run of a program.
type Command struct {
	Argv []string
	Env  []string
	Dir  string
}

// Measure runs a command by way of the gauge and returns what it took. If it fails, so does the caller, with what it
// printed on stderr.
func (t *T) Measure(c Command) (took Spent) {
	self, err := os.Executable()
	t.Check(err)
	answer, theirs, err := os.Pipe()
	t.Check(err)
	defer func() { _ = answer.Close() }()
	cmd := Process(t.Context(), append([]string{self, GaugeCommand}, c.Argv...))
	cmd.WaitDelay = 2 * stopGrace
	var stderr bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stderr, cmd.ExtraFiles = c.Env, c.Dir, &stderr, []*os.File{theirs}
	// The answer fits into the pipe, so it can be read when all is over.
	err = errors.Join(cmd.Run(), theirs.Close())
	if err != nil {
		t.Fatalf("run %s: %w\n%s", strings.Join(c.Argv, " "), err, strings.TrimSpace(stderr.String()))
	}
	if err := json.NewDecoder(answer).Decode(&took); err != nil {
		t.Fatalf("read what %s took: %w", c.Argv[0], err)
	}
	return took
}

// Environ is this process's environment without the variables that blackbirdctl or a PostgreSQL client would read.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "BLACKBIRD") || strings.HasPrefix(variable, "BIOTRACK") ||
			strings.HasPrefix(variable, "PG")
	})
}

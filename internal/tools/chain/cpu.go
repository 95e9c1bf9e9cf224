package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// ticks are how many of the kernel's units of CPU time make a second, on every Linux that Go runs on.
const ticks = 100

// serverCPU returns how many seconds of CPU a server has used so far: its own process, the sessions that have ended,
// and the processes that still run.
func serverCPU(t *lab.T, s *pgtest.Server) float64 {
	text, err := os.ReadFile(filepath.Join(s.Dir(), "data", "postmaster.pid"))
	t.Check(err)
	pid, _, _ := strings.Cut(string(text), "\n")
	sum, err := processTicks(pid, 4)
	t.Check(err)
	children, err := os.ReadFile(filepath.Join("/proc", pid, "task", pid, "children"))
	t.Check(err)
	for _, child := range strings.Fields(string(children)) {
		n, err := processTicks(child, 2)
		t.Check(err)
		sum += n
	}
	return float64(sum) / ticks
}

// processTicks adds up the first of a process's four times: in its own code, in the kernel, and both again of children
// that have ended.
func processTicks(pid string, times int) (sum int64, err error) {
	text, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		// A session has ended meanwhile: its times are the server's now, or will be.
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read a process's times: %w", err)
	}
	// The name of the process may hold anything; what comes after it are numbers.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const first = 11
	if len(fields) < first+times {
		return 0, fmt.Errorf("read a process's times: %q", text)
	}
	for _, field := range fields[first : first+times] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read a process's times: %w", err)
		}
		sum += n
	}
	return sum, nil
}

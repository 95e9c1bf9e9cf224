package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// processes is how many processes run passes into a store at a time.
const processes = 2

// locked is the exit code of a pass that found another running.
const locked = 75

// store is one store, and the passes into it.
type store struct {
	*lab.T
	kind               string
	bin                string
	source, url, state string
	judged             lab.Store
	seed               uint64

	done, locked, killed atomic.Int64

	mu      sync.Mutex
	running map[*exec.Cmd]bool
}

// streams are the passes, each in pages small enough for some of each.
var streams = [][]string{
	{"sync", "customers", "--batch-size", "150"},
	{"sync", "orders", "--batch-size", "300"},
	{"sync", "products", "--member-level", "1", "--max-removals", "100%"},
	{"points", "recompute", "--batch-size", "300"},
}

// passes runs passes of any stream, one after the other.
func (s *store) passes(on func() bool, number uint64) {
	chance := rand.New(rand.NewPCG(s.seed, 100+number))
	for on() {
		args := streams[chance.IntN(len(streams))]
		if chance.IntN(100) == 0 {
			args = append(slices.Clone(args), "--full")
		}
		s.once(args...)
	}
}

// once runs the binary once. It may find the lock held, and it may be killed; anything else that is not success is a
// failure.
func (s *store) once(args ...string) {
	var out bytes.Buffer
	cmd := exec.CommandContext(s.Context(), s.bin, args...)
	cmd.Env = append(lab.Environ(), "BIOTRACK_URL="+s.source, "BLACKBIRD_URL="+s.url, "BLACKBIRDCTL_STATE_DIR="+s.state)
	cmd.Stdout, cmd.Stderr = &out, &out
	s.mu.Lock()
	err := cmd.Start()
	if s.running == nil {
		s.running = make(map[*exec.Cmd]bool)
	}
	s.running[cmd] = err == nil
	s.mu.Unlock()
	s.Check(err)
	err = cmd.Wait()
	s.mu.Lock()
	delete(s.running, cmd)
	s.mu.Unlock()
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		s.done.Add(1)
	case exited && exit.ExitCode() == locked:
		s.locked.Add(1)
	case exited && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		s.killed.Add(1)
	default:
		s.Fatalf("%s: %q: %w\n%s", s.kind, args, err, &out)
	}
}

// killer kills a pass now and then, any of those that run.
func (s *store) killer(on func() bool) {
	chance := rand.New(rand.NewPCG(s.seed, 1))
	for on() {
		time.Sleep(time.Duration(50+chance.IntN(400)) * time.Millisecond)
		s.mu.Lock()
		for cmd := range s.running {
			_ = cmd.Process.Kill()
			break
		}
		s.mu.Unlock()
	}
}

// settle makes a last pass of each stream: an incremental one, so that what those before it have missed is still
// missing.
func (s *store) settle() {
	for _, args := range streams {
		before := s.locked.Load()
		s.once(args...)
		if s.locked.Load() != before {
			s.Fatalf("%s: %q found a lock held when nothing else ran", s.kind, args)
		}
	}
}

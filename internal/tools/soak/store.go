package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// processes is how many processes run passes into a store at a time.
const processes = 2

// locked is the exit code of a pass that found another at work.
const locked = 75

// store is one store, and the passes into it.
type store struct {
	kind, driver, dsn  string
	bin                string
	source, url, state string
	seed               uint64

	done, busy, killed atomic.Int64

	mu      sync.Mutex
	running map[*exec.Cmd]struct{}
}

// streams are the passes, each in pages small enough for some of each.
var streams = [][]string{
	{"sync", "customers", "--batch-size", "150"},
	{"sync", "orders", "--batch-size", "300"},
	{"sync", "products", "--member-level", "1", "--max-removals", "100%"},
	{"points", "recompute", "--batch-size", "300"},
}

// passes runs passes of any stream, one after the other.
func (s *store) passes(ctx context.Context, stop <-chan struct{}, number uint64) error {
	chance := rand.New(rand.NewPCG(s.seed, 100+number))
	for !stopped(stop) {
		args := streams[chance.IntN(len(streams))]
		if chance.IntN(100) == 0 {
			args = append(append([]string(nil), args...), "--full")
		}
		if err := s.once(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

func stopped(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// once runs the binary once. It may find the lock held, and it may be killed; anything else that is not success is an error.
func (s *store) once(ctx context.Context, args ...string) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.bin, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "BIOTRACK_URL=" + s.source, "BLACKBIRD_URL=" + s.url, "BLACKBIRDCTL_STATE_DIR=" + s.state}
	cmd.Stdout, cmd.Stderr = &out, &out
	s.mu.Lock()
	err := cmd.Start()
	if s.running == nil {
		s.running = make(map[*exec.Cmd]struct{})
	}
	if err == nil {
		s.running[cmd] = struct{}{}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	err = cmd.Wait()
	s.mu.Lock()
	delete(s.running, cmd)
	s.mu.Unlock()
	return s.count(err, args, out.String())
}

func (s *store) count(err error, args []string, out string) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		s.done.Add(1)
		return nil
	case !errors.As(err, &exit):
		return err
	case exit.ExitCode() == locked:
		s.busy.Add(1)
		return nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		s.killed.Add(1)
		return nil
	}
	return fmt.Errorf("%s: %q ended with %d\n%s", s.kind, args, exit.ExitCode(), out)
}

// killer kills a pass now and then, whichever it meets.
func (s *store) killer(ctx context.Context, stop <-chan struct{}) error {
	chance := rand.New(rand.NewPCG(s.seed, 1))
	for {
		select {
		case <-stop:
			return nil
		case <-ctx.Done():
			return nil
		case <-time.After(time.Duration(50+chance.IntN(400)) * time.Millisecond):
		}
		s.mu.Lock()
		for cmd := range s.running {
			_ = cmd.Process.Kill()
			break
		}
		s.mu.Unlock()
	}
}

// settle makes a last pass of each stream: an incremental one, so that whatever those before it have missed is still missing.
func (s *store) settle(ctx context.Context) error {
	for _, args := range streams {
		busy := s.busy.Load()
		if err := s.once(ctx, args...); err != nil {
			return err
		}
		if s.busy.Load() != busy {
			return fmt.Errorf("%s: %q found a lock held when nothing else ran", s.kind, args)
		}
	}
	return nil
}

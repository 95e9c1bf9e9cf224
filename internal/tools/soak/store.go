package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// processes is how many processes run passes into a store at a time.
const processes = 2

// The exit codes of a run that found another one at work, and of a verification that asks for a pass first, among
// others.
const (
	locked = 75
	setup  = 78
)

// store is one store, and the runs on it.
type store struct {
	*lab.T
	kind               string
	bin                string
	source, url, state string
	judged             lab.Store
	seed               uint64

	mu      sync.Mutex
	tallies map[string]*tally
}

// tally is how the runs of one command line have ended.
type tally struct {
	done, locked, killed, pending int
	// took is about how long a run takes that is not killed.
	took time.Duration
}

// streams are the passes, each in pages small enough for some of each. Nothing of what a pass may hold back is: how
// much changes between two passes depends on the machine.
var streams = [][]string{
	{"sync", "customers", "--batch-size", "150"},
	{"sync", "orders", "--batch-size", "300"},
	{"sync", "products", "--member-level", "1", "--max-removals", "100%"},
	{"points", "recompute", "--batch-size", "300", "--max-points-change", "1000000000"},
}

// passes runs passes of any stream, one after the other.
func (s *store) passes(on func() bool, number uint64) {
	chance := rand.New(rand.NewPCG(s.seed, 100+number))
	for on() {
		args := streams[chance.IntN(len(streams))]
		if chance.IntN(100) == 0 {
			args = append(slices.Clone(args), "--full")
		}
		s.mortal(chance, args...)
	}
}

// verifications verifies stream after stream while passes come and go, once there was a first pass. A difference ends
// the soak, other than by rows that the passes have not seen yet. They are not killed: each is to say what it finds.
func (s *store) verifications(on func() bool) {
	chance := rand.New(rand.NewPCG(s.seed, 1))
	for on() {
		stream := chance.IntN(len(streams))
		s.mu.Lock()
		passes := s.sum(strings.Join(streams[stream][:2], " ")).done
		s.mu.Unlock()
		if passes == 0 {
			pause(chance, on, 100)
			continue
		}
		s.once("verify", []string{"customers", "orders", "products", "points"}[stream], "--if-locked", "wait=1m",
			"--member-level", "1", "--max-removals", "100%")
	}
}

// once runs the binary to its end.
func (s *store) once(args ...string) { s.run(-1, args...) }

// mortal runs the binary once and kills it, half of the time: at any moment of twice the time that it takes.
func (s *store) mortal(chance *rand.Rand, args ...string) {
	s.mu.Lock()
	most := 2 * s.tally(args).took
	s.mu.Unlock()
	s.run(time.Duration(chance.Int64N(int64(most))), args...)
}

// run runs the binary once, and kills it when its time is over, if that is not negative. It may find the lock held;
// anything else that is not success is a failure.
func (s *store) run(limit time.Duration, args ...string) {
	var out bytes.Buffer
	cmd := exec.CommandContext(s.Context(), s.bin, args...)
	cmd.Env = append(lab.Environ(), "BIOTRACK_URL="+s.source, "BLACKBIRD_URL="+s.url, "BLACKBIRDCTL_STATE_DIR="+s.state)
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	s.Check(cmd.Start())
	if limit >= 0 {
		defer time.AfterFunc(limit, func() { _ = cmd.Process.Kill() }).Stop()
	}
	err := cmd.Wait()
	exit, exited := errors.AsType[*exec.ExitError](err)
	s.mu.Lock()
	defer s.mu.Unlock()
	tally := s.tally(args)
	switch {
	case err == nil:
		tally.done++
		tally.took = time.Since(began)
	case exited && exit.ExitCode() == locked:
		tally.locked++
	case exited && exit.ExitCode() == setup && bytes.Contains(out.Bytes(), []byte("have changed since the last pass")):
		tally.pending++
	case exited && limit >= 0 && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		tally.killed++
		tally.took += tally.took / 4 // or a machine that has become slower would never end one again
	default:
		s.Fatalf("%s: %q: %w\n%s", s.kind, args, err, &out)
	}
}

// tally finds the tally of a command line. Its caller holds the lock.
func (s *store) tally(args []string) *tally {
	if s.tallies == nil {
		s.tallies = make(map[string]*tally)
	}
	name := strings.Join(args, " ")
	if s.tallies[name] == nil {
		s.tallies[name] = &tally{took: 200 * time.Millisecond}
	}
	return s.tallies[name]
}

// sum adds up the tallies of the command lines that begin with one of the words.
func (s *store) sum(words ...string) (sum tally) {
	for name, one := range s.tallies {
		if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(name, word) }) {
			sum.done, sum.locked, sum.killed = sum.done+one.done, sum.locked+one.locked, sum.killed+one.killed
			sum.pending += one.pending
		}
	}
	return sum
}

// settle makes a last pass of each stream: an incremental one, so that what those before it have missed is still
// missing.
func (s *store) settle() {
	for _, args := range streams {
		before := s.sum("sync", "points").locked
		s.once(args...)
		if s.sum("sync", "points").locked != before {
			s.Fatalf("%s: %q found a lock held when nothing else ran", s.kind, args)
		}
	}
}

// report prints how the runs have ended.
func (s *store) report(while time.Duration) {
	passes, verified, products := s.sum("sync", "points"), s.sum("verify"), s.sum("sync products")
	fmt.Fprintf(s.Stdout, "%s: %d passes ended by themselves, %d found the lock held, %d were killed; "+
		"a products pass ended every %.1f s\n", s.kind, passes.done, passes.locked, passes.killed,
		while.Seconds()/float64(products.done))
	fmt.Fprintf(s.Stdout, "%s: %d verifications beside them found no difference, %d found the lock held, "+
		"%d had too much before them that no pass had seen\n", s.kind, verified.done, verified.locked, verified.pending)
}

package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// T is one run of a program. Its methods are those of a test's T; they are safe for concurrent use.
type T struct {
	// Stdout is for results, Progress for the rest.
	Stdout, Progress io.Writer

	mu       sync.Mutex
	ctx      context.Context
	errs     []error
	cleanups []func()
}

var _ pgtest.TB = (*T)(nil)

// run calls body in a goroutine of its own, so that Fatal can end it, and then the clean-up. It returns all errors.
func (t *T) run(body func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.cleanUp()
		body()
	}()
	<-done
	return errors.Join(t.errs...)
}

// cleanUp calls what Cleanup was given, the last first. One of them may call Fatal; the others run all the same.
func (t *T) cleanUp() {
	t.mu.Lock()
	if len(t.cleanups) == 0 {
		t.mu.Unlock()
		return
	}
	last := t.cleanups[len(t.cleanups)-1]
	t.cleanups = t.cleanups[:len(t.cleanups)-1]
	t.mu.Unlock()
	defer t.cleanUp()
	last()
}

// Helper does nothing: a program's errors name no lines.
func (*T) Helper() {}

// Context ends with the first signal, or when the time that Within allows is over.
func (t *T) Context() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ctx
}

// Within bounds the rest of the run.
func (t *T) Within(limit time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeoutCause(t.ctx, limit, fmt.Errorf("give up: it took longer than %v", limit))
	t.ctx, t.cleanups = ctx, append(t.cleanups, cancel)
}

// Cleanup has f called when the run is over, however it ends.
func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

// TempDir makes a folder that is removed when the run is over.
func (t *T) TempDir() string {
	folder, err := os.MkdirTemp("", "blackbirdctl-lab-")
	t.Check(err)
	t.Cleanup(func() { t.Note(os.RemoveAll(folder)) })
	return folder
}

// Failed reports whether the run has failed.
func (t *T) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.errs) > 0
}

// Note records an error, if there is one, and goes on.
func (t *T) Note(err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if cause := context.Cause(t.ctx); cause != nil && !slices.Contains(t.errs, cause) {
		t.errs = append(t.errs, cause)
	}
	t.errs = append(t.errs, err)
}

// Check ends the calling goroutine if there is an error.
func (t *T) Check(err error) {
	if err != nil {
		t.Note(err)
		runtime.Goexit()
	}
}

// Error records a failure and goes on.
func (t *T) Error(args ...any) { t.Note(errors.New(fmt.Sprint(args...))) }

// Errorf records a failure and goes on.
func (t *T) Errorf(format string, args ...any) { t.Note(fmt.Errorf(format, args...)) }

// Fatal records a failure and ends the calling goroutine.
func (t *T) Fatal(args ...any) { t.Check(errors.New(fmt.Sprint(args...))) }

// Fatalf records a failure and ends the calling goroutine.
func (t *T) Fatalf(format string, args ...any) { t.Check(fmt.Errorf(format, args...)) }

// Skip is a failure: a program has nothing to skip.
func (t *T) Skip(args ...any) { t.Fatal(args...) }

// Logf reports how far the run has come.
func (t *T) Logf(format string, args ...any) { fmt.Fprintf(t.Progress, format+"\n", args...) }

// Each calls f with each number below n, so many at a time, and ends the calling goroutine if any of them failed. After
// the first failure it starts no more.
func (t *T) Each(n, parallel int, f func(i int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i := range n {
		slots <- struct{}{}
		if t.Failed() {
			break
		}
		group.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	group.Wait()
	if t.Failed() {
		runtime.Goexit()
	}
}

package pgtest

import (
	"context"
	"testing"
)

// TB is the part of [testing.TB] that fixtures use. The tools, which run outside of go test, implement it too.
type TB interface {
	Helper()
	// Context ends when the test ends, just before the functions of Cleanup are called.
	Context() context.Context
	Cleanup(f func())
	TempDir() string
	Failed() bool
	Logf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Skip(args ...any)
}

var _ TB = testing.TB(nil)

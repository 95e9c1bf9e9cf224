package lab

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// try runs a body as a program and returns its exit code and what it wrote on stderr.
func try(ctx context.Context, body func(t *T)) (code int, stderr string) {
	var out, problems bytes.Buffer
	code = Program[int]{Name: "trial", Run: func(t *T, _ int) { body(t) }}.Try(ctx, 0, &out, &problems)
	return code, problems.String()
}

func TestFailureEndsTheRunAfterItsCleanup(t *testing.T) {
	var done []string
	var folder string
	code, stderr := try(t.Context(), func(l *T) {
		folder = l.TempDir()
		l.Cleanup(func() { done = append(done, "first") })
		l.Cleanup(func() { done = append(done, "second"); l.Fatal("clean-up fails") })
		l.Error("noted")
		l.Fatalf("read: %w", os.ErrNotExist)
		done = append(done, "never")
	})
	want := "trial: noted\nread: file does not exist\nclean-up fails\n"
	if code != Failed || stderr != want {
		t.Errorf("exit code %d, stderr %q, want %q", code, stderr, want)
	}
	if diff := cmp.Diff([]string{"second", "first"}, done); diff != "" {
		t.Errorf("clean-up (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Clean(folder)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestEachStopsAfterAFailure(t *testing.T) {
	calls := 0
	code, stderr := try(t.Context(), func(l *T) {
		l.Each(100, 1, func(i int) {
			if calls++; i == 2 {
				l.Fatal("third")
			}
		})
		l.Error("went on")
	})
	if code != Failed || stderr != "trial: third\n" || calls > 4 {
		t.Errorf("exit code %d, stderr %q after %d calls", code, stderr, calls)
	}
}

func TestSignalIsReported(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	code, stderr := try(ctx, func(l *T) {
		cancel(errors.New("interrupt"))
		l.Check(l.Context().Err())
	})
	if code != Stopped || stderr != "trial: stopped: interrupt\n" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestCommandLines(t *testing.T) {
	program := Program[int]{
		Name:  "trial",
		Flags: func(f *flag.FlagSet, o *int) func() error { f.IntVar(o, "n", 1, "a number"); return nil },
		Run:   func(*T, int) {},
	}
	for _, c := range []struct {
		args []string
		code int
	}{{nil, 0}, {[]string{"--n", "2"}, 0}, {[]string{"--help"}, 0}, {[]string{"--n", "two"}, Usage},
		{[]string{"more"}, Usage}} {
		var out, problems bytes.Buffer
		if code := program.Start(t.Context(), c.args, &out, &problems); code != c.code {
			t.Errorf("%v: exit code %d, want %d: %s", c.args, code, c.code, &problems)
		}
	}
}

func TestEnvironHasNoSettings(t *testing.T) {
	for _, name := range []string{"BLACKBIRD_URL", "BLACKBIRDCTL_STORE", "BIOTRACK_URL", "PGPORT"} {
		t.Setenv(name, "x")
	}
	t.Setenv("LAB_KEEPS", "x")
	env := Environ()
	if !slices.Contains(env, "LAB_KEEPS=x") || slices.ContainsFunc(env, func(v string) bool {
		return strings.HasPrefix(v, "B") && strings.HasSuffix(v, "=x") || strings.HasPrefix(v, "PG")
	}) {
		t.Errorf("the environment is %q", env)
	}
}

func TestValueOf(t *testing.T) {
	if got := valueOf("a: 1\nmodel name\t: Fast CPU\n", "model name"); got != "Fast CPU" {
		t.Errorf("got %q", got)
	}
}

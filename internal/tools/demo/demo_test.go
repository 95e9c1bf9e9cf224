package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	stdsync "sync"
	"testing"
	"time"
	"unicode/utf8"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// builtOnce is the binary that the tests run, built when the first of them asks.
var builtOnce = stdsync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "blackbirdctl-demo-test-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "blackbirdctl")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin, ".")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return bin, fmt.Errorf("build: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, _ := builtOnce(); bin != "" {
		os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

func theBinary(t *testing.T) string {
	t.Helper()
	bin, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// play runs the demo with the built binary, on the server that the tests share if there is one.
func play(t *testing.T, state string) string {
	t.Helper()
	var out, problems bytes.Buffer
	args := []string{"--state", state, "--bin", theBinary(t), "--server", os.Getenv(pgtest.EnvURL)}
	if code := start(t.Context(), args, &out, &problems); code != 0 || problems.Len() > 0 {
		t.Fatalf("exit code %d, stderr:\n%s\nstdout:\n%s", code, &problems, &out)
	}
	return out.String()
}

// TestDemoTellsTheStory plays the demo twice into one folder: what it tells, that it tells it alike, and what it leaves.
func TestDemoTellsTheStory(t *testing.T) {
	t.Setenv("BLACKBIRD_URL", "postgres://nobody@127.0.0.1:1/elsewhere")
	t.Setenv("BLACKBIRDCTL_DRY_RUN", "true")
	state := filepath.Join(t.TempDir(), "state")
	first := play(t, state)
	for _, want := range []string{
		"$ blackbirdctl sync customers\ncustomers: first pass 1: read 404, inserted 400,",
		"$ blackbirdctl sync products --member-level Non-Member --rooms 0,2\nproducts: first pass 3:",
		"more products on the menu", "\"ask the manager\" does not parse", "totals corrected in silence",
		"orders: incremental pass 6:", "orders: incremental pass 10:",
		"new: ", "in stock again: ", "taken off sale at the till", "sold out: ", "(by ticket 1000",
		"bad_total 7 6", "bad_quantity 3 2", "$ sqlite3 " + filepath.Join(state, storeFile),
	} {
		if !strings.Contains(unfolded(first), unfolded(want)) {
			t.Errorf("the demo does not tell %q", want)
		}
	}
	if again := play(t, state); steady(again) != steady(first) {
		t.Errorf("the second demo tells another story:\n%s\nthe first was:\n%s", again, first)
	}
	checkPrivacy(t, first)
	checkWidth(t, strings.NewReplacer(state, "demo-state", theBinary(t), builtBin).Replace(first))
	checkLeavings(t, state, first)
}

// unfolded makes one blank of all that stands between words.
func unfolded(out string) string { return strings.Join(strings.Fields(out), " ") }

// steady leaves out what may differ between two demos: paths, times, and what a pass reads in vain while other tests'
// transactions run on the shared server.
func steady(out string) string {
	for _, p := range []string{`host=\S+`, `\d+\.\d s\)`, `read \d+`, `unchanged \d+`} {
		out = regexp.MustCompile(p).ReplaceAllString(out, "")
	}
	return unfolded(out)
}

// checkPrivacy looks for customers.
func checkPrivacy(t *testing.T, out string) {
	t.Helper()
	for _, secret := range append(biotracktest.Names(), biotracktest.MailDomain, biotracktest.OtherMailDomain, "555-", "(555)") {
		if strings.Contains(strings.ToLower(out), strings.ToLower(secret)) {
			t.Errorf("the demo tells %q", secret)
		}
	}
}

// checkWidth looks for lines that no terminal of 100 columns shows whole.
func checkWidth(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > pageWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// checkLeavings tries what the demo says to try.
func checkLeavings(t *testing.T, state, out string) {
	t.Helper()
	s, err := openStore(state)
	if err != nil {
		t.Fatal(err)
	}
	defer s.db.Close()
	if _, err := s.db.Exec(`DELETE FROM passes`); err == nil {
		t.Error("the demo could write the store")
	}
	tried := 0
	for line := range strings.Lines(out) {
		query := strings.TrimSpace(line)
		if !strings.HasPrefix(query, "SELECT ") {
			continue
		}
		tried++
		if found, err := s.db.Query(query); err != nil {
			t.Errorf("%s: %v", query, err)
		} else {
			if !found.Next() {
				t.Errorf("%s: finds nothing", query)
			}
			found.Close()
		}
	}
	if tried != len(queries) {
		t.Errorf("the demo says %d queries, not %d", tried, len(queries))
	}
	for _, args := range commands {
		var result bytes.Buffer
		if err := newRunner(theBinary(t), "", state).run(t.Context(), &result, args...); err != nil || result.Len() == 0 {
			t.Errorf("%v: %v, stdout: %s", args, err, &result)
		}
	}
}

// script writes a program that stands in for the binary.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPassThatFailsEndsTheDemo(t *testing.T) {
	bin := script(t, `echo "hint: ask the till's owner" >&2; exit 78`)
	var out, problems bytes.Buffer
	code := start(t.Context(), []string{"--state", t.TempDir(), "--bin", bin}, &out, &problems)
	want := "demo: run blackbirdctl sync customers: exit status 78\nhint: ask the till's owner\n"
	if code != failed || problems.String() != want {
		t.Errorf("exit code %d, stderr %q, want %q", code, &problems, want)
	}
	if strings.Contains(out.String(), "sync orders") {
		t.Error("the demo went on")
	}
}

// TestSignalStopsTheDemo stops it, as a signal does, while a pass runs, and looks for what it has left.
func TestSignalStopsTheDemo(t *testing.T) {
	t.Setenv(pgtest.EnvURL, "") // so that it starts its own server
	temp, err := os.MkdirTemp("", "bbd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	if err := os.Chmod(temp, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	ctx, cancel := context.WithCancel(t.Context())
	started := filepath.Join(t.TempDir(), "started")
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	var out, problems bytes.Buffer
	began := time.Now()
	code := start(ctx, []string{"--state", t.TempDir(), "--bin", script(t, "touch "+started+"; exec sleep 60")}, &out, &problems)
	if code != stopped || !strings.HasPrefix(problems.String(), "demo: stopped:") {
		t.Errorf("exit code %d, stderr %q", code, &problems)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "bbpg*")); len(left) > 0 {
		t.Errorf("the server's folder is left: %v", left)
	}
}

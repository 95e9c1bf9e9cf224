package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// TestDemo plays the demo, and checks its story, that it shows no customer and fits its page, and that what it suggests
// works.
func TestDemo(t *testing.T) {
	pgtest.NeedServer(t)
	t.Setenv("BLACKBIRD_URL", "postgres://nobody@127.0.0.1:1/elsewhere")
	t.Setenv("BLACKBIRDCTL_DRY_RUN", "true")
	// The folder is relative, as it is where `make demo` plays it.
	bin, state := filepath.Join(t.TempDir(), "blackbirdctl"), "demo-state"
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	args := []string{"--state", state, "--bin", bin, "--server", os.Getenv(pgtest.EnvURL)}
	if code := program.Start(t.Context(), args, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
		t.Fatalf("exit code %d, stderr:\n%s\nstdout:\n%s", code, &stderr, &stdout)
	}
	story := stdout.String()
	words := strings.Join(strings.Fields(story), " ")
	for _, want := range []string{
		"$ blackbirdctl sync customers customers: first pass 1: read 404, inserted 400,",
		"$ blackbirdctl sync products --member-level Non-Member --rooms 0,2 products: first pass 3:",
		"more lines", "totals corrected in silence", "orders: incremental pass 6:", "orders: incremental pass 10:",
		"new: ", "in stock again: ", "taken off sale at the till", "sold out: ", "taken back: refunded",
		"orders bad_total 6", "products bad_quantity 2",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("the demo does not show %q", want)
		}
	}
	for _, secret := range append(biotracktest.Names(), biotracktest.MailDomain, biotracktest.OtherMailDomain, "555-",
		"(555)") {
		if strings.Contains(strings.ToLower(story), strings.ToLower(secret)) {
			t.Errorf("the demo shows %q", secret)
		}
	}
	queries, commands := 0, 0
	for line := range strings.Lines(strings.NewReplacer(state, "demo-state", bin, builtBin).Replace(story)) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > pageWidth {
			t.Errorf("%d columns: %s", n, line)
		}
		if query := strings.TrimSpace(line); strings.HasPrefix(query, "SELECT ") {
			queries++
			checkQuery(t, state, query)
		}
		if args, found := strings.CutPrefix(line, "  $ "+builtBin+" "); found && !strings.Contains(args, "--dry-run") {
			commands++
			call := exec.Command(bin, strings.Fields(args)...)
			call.Env = append(lab.Environ(), "BLACKBIRDCTL_STATE_DIR="+state)
			if out, err := call.Output(); err != nil || len(out) == 0 {
				t.Errorf("%s: %v, stdout: %s", args, err, out)
			}
		}
	}
	if queries != 3 || commands != 2 {
		t.Errorf("the demo suggests %d queries and %d commands", queries, commands)
	}
}

// checkQuery checks that a query of the demo's store finds rows.
func checkQuery(t *testing.T, state, query string) {
	t.Helper()
	var out bytes.Buffer
	code := lab.Program[string]{Name: "query", Run: func(l *lab.T, query string) {
		s := openStore(page{l}, state)
		defer s.db.Close()
		found, err := s.db.Query(query)
		l.Check(err)
		defer found.Close()
		if !found.Next() {
			l.Fatal("it finds nothing")
		}
	}}.Try(t.Context(), query, io.Discard, &out)
	if code != 0 {
		t.Errorf("%s: %s", query, &out)
	}
}

// standIn writes a program that is run in place of the binary.
func standIn(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFailedPassEndsTheDemo(t *testing.T) {
	pgtest.NeedServer(t)
	bin := standIn(t, `echo "hint: ask the till's owner" >&2; exit 78`)
	var out, problems bytes.Buffer
	code := program.Start(t.Context(), []string{"--state", t.TempDir(), "--bin", bin}, &out, &problems)
	want := "demo: run blackbirdctl sync customers: exit status 78\nhint: ask the till's owner\n"
	if code != lab.Failed || problems.String() != want {
		t.Errorf("exit code %d, stderr %q, want %q", code, &problems, want)
	}
	if strings.Contains(out.String(), "sync orders") {
		t.Error("the demo went on")
	}
}

// TestSignalStopsTheDemo ends the demo while a pass runs, as a signal does, and looks for what it has left.
func TestSignalStopsTheDemo(t *testing.T) {
	pgtest.NeedServer(t)
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
		defer cancel()
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	var out, problems bytes.Buffer
	bin := standIn(t, "touch "+started+"; exec sleep 600")
	code := program.Start(ctx, []string{"--state", t.TempDir(), "--bin", bin}, &out, &problems)
	if code != lab.Stopped || !strings.HasPrefix(problems.String(), "demo: stopped:") {
		t.Errorf("exit code %d, stderr %q", code, &problems)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "bbpg*")); len(left) > 0 {
		t.Errorf("the server's folder is left: %v", left)
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	lock, err := takeFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := takeFolder(dir); err == nil || !strings.Contains(err.Error(), "another demo") {
		t.Errorf("a second demo in the folder: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "default", "orders.watermark.json")
	if err := errors.Join(os.Mkdir(filepath.Dir(old), 0o700), os.WriteFile(old, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if lock, err = takeFolder(dir); err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || entries[0].Name() != markerName {
		t.Errorf("the folder was not emptied: %v", entries)
	}
}

func TestForeignFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, storeFile)
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := program.Start(t.Context(), []string{"--state", dir}, &out, &problems); code != lab.Failed ||
		!strings.Contains(problems.String(), "no demo made") {
		t.Errorf("exit code %d, stderr %q", code, &problems)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestHelpShowsNoPassword(t *testing.T) {
	t.Setenv(pgtest.EnvURL, "postgres://owner:secret@till/postgres")
	var out, problems bytes.Buffer
	if code := program.Start(t.Context(), []string{"--help"}, &out, &problems); code != 0 || problems.Len() == 0 {
		t.Errorf("exit code %d, %s", code, &problems)
	}
	if strings.Contains(problems.String(), "secret") {
		t.Errorf("help is %s", &problems)
	}
}

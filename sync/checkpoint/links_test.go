//go:build unix

package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestNothingIsWrittenThroughLinks: whatever the names in the state folder lead to keeps its contents.
func TestNothingIsWrittenThroughLinks(t *testing.T) {
	t.Parallel()
	state, err := Open(t.TempDir(), "main")
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "precious")
	for _, name := range []string{"orders.lock", ".orders.probe", "orders.watermark.json"} {
		if err := os.Symlink(target, filepath.Join(state.path, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, contents := range []string{"precious", ""} {
		if contents != "" {
			if err := os.WriteFile(target, []byte(contents), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, locked := state.Lock("orders")
		for name, err := range map[string]error{"lock": locked, "save": state.Save(example())} {
			if _, ok := errors.AsType[*StateError](err); !ok {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := state.Probe("orders"); err != nil {
			t.Errorf("probe: %v", err)
		}
		switch text, err := os.ReadFile(target); {
		case contents == "" && !errors.Is(err, os.ErrNotExist):
			t.Errorf("a file was made: %v", err)
		case string(text) != contents:
			t.Errorf("the file holds %q", text)
		}
		_ = os.Remove(target)
	}
}

// TestPipesAreNotWaitedFor: nobody reads or writes a pipe that stands where a file should.
func TestPipesAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	state, err := Open(t.TempDir(), "main")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{state.lockPath("orders"), state.WatermarkPath("orders")} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, locked := state.Lock("orders")
	_, read := state.Read("orders")
	for name, err := range map[string]error{"lock": locked, "read": read, "save": state.Save(example())} {
		if _, ok := errors.AsType[*StateError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if owner := state.Owner("orders"); owner != nil {
		t.Errorf("a pipe has the owner %v", owner)
	}
}

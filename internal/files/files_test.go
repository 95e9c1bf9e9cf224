//go:build unix

package files

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(in("file"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", in("link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "link"} {
		if text, err := Read(in(name)); err != nil || string(text) != "text" {
			t.Errorf("%s is read as %q, %v", name, text, err)
		}
	}
	if _, err := Read(in("nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
	if err := syscall.Mkfifo(in("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	var config net.ListenConfig
	socket, err := config.Listen(t.Context(), "unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, path := range []string{in("pipe"), "/dev/zero", "/dev/null", folder} {
		if _, err := Read(path); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Read(in("socket")); err == nil {
		t.Error("a socket was read")
	}
	if err := os.WriteFile(in("huge"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(in("huge"), 1<<40); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(in("huge")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a huge file: %v", err)
	}
}

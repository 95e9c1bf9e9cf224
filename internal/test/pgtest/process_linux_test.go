package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ownerVariable makes this test binary the owner of a server that is then killed.
const ownerVariable = "PGTEST_OWNER"

// TestServerDiesWithItsOwner kills a process that has a server and expects the server to end by itself.
func TestServerDiesWithItsOwner(t *testing.T) {
	NeedServer(t)
	if os.Getenv(ownerVariable) != "" {
		ownServerUntilKilled(t)
	}
	owner := exec.Command(os.Args[0], "-test.run=^TestServerDiesWithItsOwner$", "-test.v")
	owner.Env = append(os.Environ(), ownerVariable+"=1")
	owner.Stderr = os.Stderr
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	dir := announced(out)
	if dir == "" {
		t.Fatal("the owner printed no folder")
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	pid := postmaster(t, dir)
	// The thread that started the server must not be one that the runtime gives up.
	time.Sleep(300 * time.Millisecond)
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the server did not outlive its start: %v", err)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	for range 1000 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("server %d still runs after its owner was killed", pid)
}

// ownServerUntilKilled starts a server, prints its folder and waits for the end.
func ownServerUntilKilled(t *testing.T) {
	s, err := Start(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("folder", s.dir.path)
	time.Sleep(10 * time.Minute)
}

// announced reads the folder that the owner prints.
func announced(out interface{ Read([]byte) (int, error) }) string {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, dir, ok := strings.Cut(lines.Text(), "folder "); ok {
			return dir
		}
	}
	return ""
}

// postmaster reads the server's process id.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestCopiedInstallationRuns starts a server from binaries that the server's user cannot reach, as in root's home.
func TestCopiedInstallationRuns(t *testing.T) {
	NeedServer(t)
	a, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	if a == nil {
		t.Skip("only root runs its server as another user")
	}
	hidden := t.TempDir()
	if a.reaches(hidden) {
		t.Skip("the test's own folder is open to all")
	}
	if _, err := a.readableBinDir(filepath.Join(hidden, "none", "bin"), t.TempDir()); err == nil {
		t.Error("copied an installation that is not there")
	}
	install := filepath.Join(hidden, "install")
	if err := os.MkdirAll(filepath.Join(install, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(install, "bin", name), []byte("#!/bin/sh\necho copied >&2; exit 3\n"),
			0o700); err != nil {
			t.Fatal(err)
		}
	}
	_, err = Start(t.Context(), Options{BinDir: filepath.Join(install, "bin")})
	if err == nil || !strings.Contains(err.Error(), "copied") {
		t.Errorf("error = %v, want the copy's own words", err)
	}
}

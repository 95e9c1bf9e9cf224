package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// runAsMain makes this test binary the command itself, so that exit codes and signals are the real ones.
const runAsMain = "PGTEST_WITH_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runAsMain) != "" {
		main()
	}
	os.Exit(m.Run())
}

// with prepares the command, without the servers that the environment may already name.
func with(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "BLACKBIRDCTL_TEST_") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, runAsMain+"=1")
	return cmd
}

func TestCommandGetsAServerAndItsExitCodeIsKept(t *testing.T) {
	pgtest.NeedServer(t)
	cmd := with("--", "sh", "-c", `echo "$BLACKBIRDCTL_TEST_PG_URL|$BLACKBIRDCTL_TEST_SOURCE_PG_URL"; exit 7`)
	out, _ := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 7 {
		t.Errorf("exit code = %d, want 7", code)
	}
	store, source, _ := strings.Cut(strings.TrimSpace(string(out)), "|")
	if !strings.HasPrefix(store, "postgres:///") || source != "" {
		t.Errorf("store %q, source %q", store, source)
	}
}

func TestSourceGetsAServerOfItsOwn(t *testing.T) {
	pgtest.NeedServer(t)
	dir, err := pgtest.FindBinDir(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := with("--source-bindir", dir, "--", "sh", "-c",
		`echo "$BLACKBIRDCTL_TEST_PG_URL|$BLACKBIRDCTL_TEST_SOURCE_PG_URL"`).Output()
	if err != nil {
		t.Fatal(err)
	}
	store, source, _ := strings.Cut(strings.TrimSpace(string(out)), "|")
	if store == "" || source == "" || store == source {
		t.Errorf("store %q, source %q, want two servers", store, source)
	}
}

func TestRunningServerIsUsedAsItIs(t *testing.T) {
	cmd := with("--", "sh", "-c", `echo "$BLACKBIRDCTL_TEST_PG_URL"`)
	cmd.Env = append(cmd.Env, pgtest.EnvURL+"=postgres://elsewhere/postgres")
	out, err := cmd.Output()
	if got := strings.TrimSpace(string(out)); got != "postgres://elsewhere/postgres" || err != nil {
		t.Errorf("the command saw %q, %v", got, err)
	}
}

func TestUsage(t *testing.T) {
	cmd := with("--bindir", filepath.Join(t.TempDir(), "x"))
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != usageCode || !bytes.Contains(out, []byte("name the command")) {
		t.Errorf("exit code = %d, output %s", code, out)
	}
}

func TestSignalReachesTheCommandAndTheServerStops(t *testing.T) {
	pgtest.NeedServer(t)
	mark := filepath.Join(t.TempDir(), "up")
	// The command answers the signal by itself; its folder of sockets must be gone after that.
	cmd := with("--", "sh", "-c",
		`trap 'exit 9' TERM; echo "$BLACKBIRDCTL_TEST_PG_URL" >`+mark+`; while :; do sleep 0.05; done`)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 6000 {
		if text, err := os.ReadFile(mark); err == nil && len(text) > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("exit code = %d, want the command's 9", code)
	}
}

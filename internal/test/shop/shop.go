package shop

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// Shop is a till, a store and a state folder, for tests that run the built program.
type Shop struct {
	pgtest.TB
	Till  *Till
	Store *Store
	// Bin is the program, and Env what its environment holds besides the addresses of both databases and the state
	// folder, which is the store's folder.
	Bin string
	Env []string
}

// New makes a shop with an empty store beside a till.
func New(till *Till, kind Kind, bin string) *Shop {
	till.Helper()
	return &Shop{TB: till.TB, Till: till, Store: NewStore(till.TB, kind), Bin: bin}
}

// Outcome is how a run of the program has ended.
type Outcome struct {
	Code           int
	Stdout, Stderr string
}

// Environ is what the program's environment holds.
func (s *Shop) Environ() []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.Store.Folder, "TMPDIR=" + os.TempDir(), "BIOTRACK_URL=" + s.Till.URL,
		"BLACKBIRD_URL=" + s.Store.URL, "BLACKBIRDCTL_STATE_DIR=" + s.Store.Folder,
	}, s.Env...)
}

// Command prepares a run of the program in the shop's environment.
func (s *Shop) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.Bin, args...)
	cmd.Env = s.Environ()
	// A pass that is asked to stop keeps its state.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	return cmd
}

// Run runs the program to its end. Any other exit code than the wanted one ends the test.
func (s *Shop) Run(code int, args ...string) Outcome {
	s.Helper()
	var stdout, stderr bytes.Buffer
	cmd := s.Command(s.Context(), args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	out := Outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if out.Code != code {
		s.Fatalf("blackbirdctl %s: %v, want exit code %d\n%s%s", strings.Join(args, " "), err, code, out.Stdout,
			out.Stderr)
	}
	return out
}

// WantSynced compares the store with what the rules say of its till.
func (s *Shop) WantSynced(settings oracle.Settings, options oracle.Options) {
	s.Helper()
	source, err := oracle.Read(s.Context(), s.Till.DB)
	if err != nil {
		s.Fatal(err)
	}
	oracle.Check(s, oracle.Expect(source, settings), s.Store.Actual(), options)
}

// Build builds the program into a folder and returns its path. The sources are those around this package.
func Build(folder string, tags ...string) (string, error) {
	bin := filepath.Join(folder, "blackbirdctl")
	build := exec.Command("go", "build", "-tags", strings.Join(tags, ","), "-o", bin,
		"github.com/blackbirdctl/blackbirdctl")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return bin, nil
}

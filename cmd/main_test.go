package cmd_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// The tests of this package start the program itself, as cron would: what they say holds for what an operator runs.

// bench is the folder of one test run: the program, and the scripts' work. Others may enter it, for some scripts run
// the program as another user.
var bench string

// product is the program under test.
func product() string { return filepath.Join(bench, "bin", "blackbirdctl") }

// torture reports whether the tests are to take the time that `make torture` gives them.
func torture() bool { return os.Getenv("BLACKBIRDCTL_TORTURE") != "" }

func TestMain(m *testing.M) { os.Exit(mainCode(m)) }

func mainCode(m *testing.M) int {
	err := build()
	code := 1
	if err == nil {
		code = pgtest.Main(m)
	}
	if err = errors.Join(err, elsewhere.stop(), os.RemoveAll(bench)); err != nil {
		fmt.Fprintln(os.Stderr, "blackbirdctl tests:", err)
		return max(code, 1)
	}
	return code
}

// build makes the program, once a run.
func build() (err error) {
	if bench, err = os.MkdirTemp("", "blackbirdctl-test-"); err != nil {
		return err
	}
	if err := os.Chmod(bench, 0o755); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", product(), "github.com/blackbirdctl/blackbirdctl")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

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

// build makes the program, once a run: for Windows where BLACKBIRDCTL_TEST_WINE names the wine that runs it here.
func build() (err error) {
	if bench, err = os.MkdirTemp("", "blackbirdctl-test-"); err != nil {
		return err
	}
	if err := os.Chmod(bench, 0o755); err != nil {
		return err
	}
	const source = "github.com/blackbirdctl/blackbirdctl"
	build := exec.Command("go", "build", "-o", product(), source)
	wine := os.Getenv("BLACKBIRDCTL_TEST_WINE")
	if wine != "" {
		build = exec.Command("go", "build", "-o", product()+".exe", source)
		build.Env = append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	}
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	if wine == "" {
		return nil
	}
	// A script's environment is its own; wine needs what it was set up with.
	run := fmt.Sprintf("#!/bin/sh\nexport WINEDEBUG=-all WINEPREFIX='%s'\nexec '%s' '%s.exe' \"$@\"\n",
		os.Getenv("WINEPREFIX"), wine, product())
	return os.WriteFile(product(), []byte(run), 0o755)
}

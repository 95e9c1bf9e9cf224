package deploy_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/cmd"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// program is the built binary that the tests run.
var program string

func TestMain(m *testing.M) { os.Exit(mainCode(m)) }

func mainCode(m *testing.M) int {
	folder, err := os.MkdirTemp("", "blackbirdctl-deploy-")
	if err == nil {
		program = filepath.Join(folder, "blackbirdctl")
		build := exec.Command("go", "build", "-o", program, ".")
		// There the product's own go.mod selects the versions.
		build.Dir = ".."
		if out, buildErr := build.CombinedOutput(); buildErr != nil {
			err = fmt.Errorf("build: %w\n%s", buildErr, out)
		}
	}
	code := 1
	if err == nil {
		code = pgtest.Main(m)
	}
	if err = errors.Join(err, os.RemoveAll(folder)); err != nil {
		fmt.Fprintln(os.Stderr, "deployment tests:", err)
		return max(code, 1)
	}
	return code
}

// The exit codes that deployment files treat differently.
const (
	exitOK          = 0
	exitUsage       = 64
	exitData        = 65
	exitUnavailable = 69
	exitFile        = 73
	exitLocked      = 75
	exitConfig      = 78
	exitInterrupted = 130
	exitTerminated  = 143
)

// exitCodes returns the codes that the program's help lists.
func exitCodes(t *testing.T) (codes []int) {
	t.Helper()
	_, table, found := strings.Cut(run(t, exitOK, nil, "--help"), "\nExit codes:\n")
	if !found {
		t.Fatal("the help lists no exit codes")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range regexp.MustCompile(`(?m)^ +(\d+)  `).FindAllStringSubmatch(table, -1) {
		code, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	for _, code := range []int{exitOK, exitUsage, exitData, exitUnavailable, exitFile, exitLocked, exitConfig,
		exitInterrupted, exitTerminated} {
		if !slices.Contains(codes, code) {
			t.Errorf("the help does not list %d", code)
		}
	}
	return codes
}

// run runs the program in an environment that holds only env, and returns its stdout. It must end with the code.
func run(t *testing.T, code int, env []string, args ...string) string {
	t.Helper()
	call := exec.Command(program, args...)
	call.Env = append([]string{"HOME=" + filepath.Dir(program), "PATH=" + os.Getenv("PATH")}, env...)
	out, err := call.Output()
	var stderr []byte
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err, stderr = nil, exit.Stderr
	}
	if err != nil || call.ProcessState.ExitCode() != code {
		t.Fatalf("blackbirdctl %q: %v, want exit code %d: %v\n%s", args, call.ProcessState, code, err, stderr)
	}
	return string(out)
}

// checkCommand checks that the program accepts a command line: the command, its flags and its arguments.
func checkCommand(t *testing.T, line string) {
	t.Helper()
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "blackbirdctl" {
		t.Errorf("%q does not run blackbirdctl", line)
		return
	}
	command, rest, err := cmd.Root().Find(words[1:])
	if err == nil {
		err = command.ParseFlags(rest)
	}
	if err == nil {
		err = command.ValidateArgs(command.Flags().Args())
	}
	if err != nil {
		t.Errorf("%q: %v", line, err)
	}
}

// variables returns the environment variables that docs/reference.md lists. A test of package cmd holds it against the
// program.
func variables(t *testing.T) map[string]bool {
	t.Helper()
	known := make(map[string]bool)
	names := regexp.MustCompile("`([A-Z][A-Z_]+)`")
	for _, name := range names.FindAllStringSubmatch(fileText(t, "../docs/reference.md"), -1) {
		known[name[1]] = true
	}
	for _, name := range []string{"BIOTRACK_URL", "BIOTRACK_URL_FILE", "BLACKBIRD_URL"} {
		if !known[name] {
			t.Fatalf("no %s among the variables %q", name, slices.Sorted(maps.Keys(known)))
		}
	}
	return known
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

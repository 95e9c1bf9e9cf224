package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// EnvBinDir names the folder of the server binaries to use; without it they are looked for in the usual places.
const EnvBinDir = "BLACKBIRDCTL_TEST_PG_BINDIR"

// ErrNoBinaries says that this machine has no PostgreSQL server to start.
var ErrNoBinaries = errors.New("no PostgreSQL server binaries found\n" +
	"hint: install the package postgresql, set " + EnvBinDir + " to the folder of postgres and initdb, " +
	"or set " + EnvURL + " to a running server; `make test` then finds it")

// FindBinDir returns the folder that holds postgres and initdb. An explicit folder, or the one that the environment
// names, is taken or refused, never replaced by another: a test matrix must not run on the wrong major unnoticed.
func FindBinDir(ctx context.Context, explicit string) (string, error) {
	if explicit == "" {
		explicit = os.Getenv(EnvBinDir)
	}
	if explicit != "" {
		if !holdsServer(explicit) {
			return "", fmt.Errorf("find postgres and initdb in %s: %w", explicit, ErrNoBinaries)
		}
		return filepath.Abs(explicit)
	}
	for _, dir := range candidates(ctx) {
		if holdsServer(dir) {
			return dir, nil
		}
	}
	return "", ErrNoBinaries
}

// candidates lists the places to look in, the likeliest first: what the user's own PATH prefers, then what packages
// install.
func candidates(ctx context.Context) []string {
	var dirs []string
	for _, name := range []string{"postgres", "initdb"} {
		if path, err := exec.LookPath(name); err == nil {
			if resolved, err := filepath.EvalSymlinks(path); err == nil {
				dirs = append(dirs, filepath.Dir(resolved))
			}
		}
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
	} {
		dirs = append(dirs, newestFirst(pattern)...)
	}
	return dirs
}

// newestFirst expands a pattern and orders its matches by the number in their names, since 9 is older than 18.
func newestFirst(pattern string) []string {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	slices.SortStableFunc(matches, func(a, b string) int { return majorIn(b) - majorIn(a) })
	return matches
}

// majorIn reads the digits at the end of the folder above bin; 0 where there are none.
func majorIn(dir string) int {
	name := filepath.Base(filepath.Dir(dir))
	digits := name[strings.LastIndexFunc(name, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })+1:]
	whole, _, _ := strings.Cut(digits, ".")
	n, _ := strconv.Atoi(whole)
	return n
}

// holdsServer reports whether a folder has both binaries that are needed.
func holdsServer(dir string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

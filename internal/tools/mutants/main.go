// Command mutants changes one operator of a package at a time, and reports the changes that the package's tests do not
// find:
//
//	go run ./internal/tools/mutants --folder ./loyalty [--files REGEXP] [--tests ARGUMENTS] [--least PERCENT]
//
// The tools that there are leave out what coverage does not show as run, and so the conditions of all cases.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

func main() {
	lab.Program[options]{Name: "mutants", Flags: flags, Run: run}.Main()
}

// options are the command line's.
type options struct {
	folder, files, tests string
	least                int
}

func flags(f *flag.FlagSet, o *options) func() error {
	f.StringVar(&o.folder, "folder", "", "the package's folder, such as ./loyalty")
	f.StringVar(&o.files, "files", "", "regular expression of the names of the files to change")
	f.StringVar(&o.tests, "tests", "", "arguments of go test, with blanks between them (default the folder)")
	f.IntVar(&o.least, "least", 90, "the share of changes, in percent, that tests must find")
	return nil
}

// run tries all changes of the files of a folder.
func run(t *lab.T, o options) {
	if o.tests == "" {
		o.tests = o.folder
	}
	names, err := regexp.Compile(o.files)
	t.Check(err)
	paths, err := filepath.Glob(filepath.Join(o.folder, "*.go"))
	t.Check(err)
	scratch, found, tried := t.TempDir(), 0, 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || !names.MatchString(filepath.Base(path)) {
			continue
		}
		source, err := os.ReadFile(path)
		t.Check(err)
		all, err := changes(path, source)
		t.Check(err)
		for _, c := range all {
			changed := slices.Concat(source[:c.at], []byte(c.to), source[c.at+len(c.from):])
			passed, builds := test(t, scratch, path, changed, strings.Fields(o.tests))
			switch {
			case passed:
				fmt.Fprintf(t.Stdout, "%s:%d:%d: %q for %q is not found\n", path, c.line, c.column, c.to, c.from)
			case builds:
				found++
			}
			if builds {
				tried++
			}
		}
	}
	fmt.Fprintf(t.Stdout, "%s: %d of %d changes found\n", o.folder, found, tried)
	if 100*found < o.least*tried || tried == 0 {
		t.Fatalf("fewer than %d %% found", o.least)
	}
}

// test runs the tests with another text in a file's place, and reports whether they pass, and whether that compiles.
func test(t *lab.T, scratch, path string, text []byte, tests []string) (passed, builds bool) {
	place, err := filepath.Abs(path)
	t.Check(err)
	changed, list := filepath.Join(scratch, "changed.go"), filepath.Join(scratch, "overlay.json")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {place: changed}})
	t.Check(errors.Join(err, os.WriteFile(changed, text, 0o600), os.WriteFile(list, overlay, 0o600)))
	// A change may make a loop endless.
	options := []string{"test", "-overlay", list, "-vet=off", "-failfast", "-count=1", "-timeout=2m"}
	output, err := exec.CommandContext(t.Context(), "go", append(options, tests...)...).CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Check(err)
	}
	t.Check(t.Context().Err())
	return err == nil, !bytes.Contains(output, []byte("[build failed]"))
}

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// builtBin is the binary that the demo builds, where the Makefile builds it too.
const builtBin = "bin/blackbirdctl"

// rooms are those whose stock is for sale.
const rooms = "0,2"

// passes are the command lines of a round, in the order that a crontab would have them.
var passes = [][]string{
	{"sync", "customers"},
	{"sync", "orders"},
	{"sync", "products", "--member-level", "Non-Member", "--rooms", rooms},
	{"points", "recompute"},
}

// build builds the binary from the folder that the demo was started in.
func build(p page) string {
	if _, err := os.Stat("go.mod"); err != nil {
		p.Fatal("build blackbirdctl: run the demo in the repository's root, or name a binary with --bin")
	}
	p.line("\n$ go build -o %s .", builtBin)
	cmd := exec.CommandContext(p.Context(), "go", "build", "-o", builtBin, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		p.Fatalf("build blackbirdctl: %w\n%s", err, out)
	}
	return builtBin
}

// runner runs blackbirdctl with the demo's settings and no others: a BLACKBIRD_URL that is set on this machine
// names a store that is no demo's.
type runner struct {
	page
	bin, biotrackURL, state string
}

// run runs one command line, which must succeed, and writes its results.
func (r runner) run(stdout io.Writer, args ...string) {
	var stderr bytes.Buffer
	cmd := lab.Process(r.Context(), append([]string{r.bin}, args...))
	cmd.Env = append(lab.Environ(), "BIOTRACK_URL="+r.biotrackURL, "BLACKBIRDCTL_STATE_DIR="+r.state)
	cmd.Stdout, cmd.Stderr = stdout, &stderr
	if err := cmd.Run(); err != nil {
		r.Fatalf("run blackbirdctl %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
}

// show runs a command and shows the first lines of what it prints, as if it were typed.
func (r runner) show(most int, args ...string) {
	r.line("$ blackbirdctl %s", strings.Join(args, " "))
	var out strings.Builder
	r.run(&out, args...)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, line := range lines[:min(most, len(lines))] {
		r.line("%s", short(line, pageWidth))
	}
	if rest := len(lines) - most; rest > 0 {
		r.line("… and %d more lines", rest)
	}
}

// round makes the four passes and shows them as if they were typed.
func (r runner) round() {
	began := time.Now()
	for _, args := range passes {
		r.line("$ blackbirdctl %s", strings.Join(args, " "))
		var out strings.Builder
		r.run(&out, args...)
		r.output(out.String())
	}
	r.line("(four passes in %.1f s)", time.Since(began).Seconds())
}

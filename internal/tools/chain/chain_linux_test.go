package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// TestChain plays a small chain whole, and asks for its tables. The program is built as make chain builds it: it starts
// itself for each run that it measures, and with the race detector within that takes longer than the run.
func TestChain(t *testing.T) {
	pgtest.NeedServer(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "chain.md")
	build := exec.Command("go", "build", "-o", folder, ".", "./internal/tools/chain")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var out, progress bytes.Buffer
	chain := exec.CommandContext(t.Context(), filepath.Join(folder, "chain"), "--bin",
		filepath.Join(folder, "blackbirdctl"), "--shops", "6", "--tills", "4", "--small",
		"--parallel", "3", "--markdown", file)
	chain.Stdout, chain.Stderr = &out, &progress
	if err := chain.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, &progress, &out)
	}
	for _, want := range []string{
		"- 6 shops with 4 tills, `--parallel 3`; 43 customers", "\n| first pass: sync customers ",
		"\n| a day of trading: points recompute ",
		"\n| nothing changed: verify ", "\n| through PgBouncer: sync orders ",
		" reported: 3 of 9 stores failed: 1 with exit code 78 (wrong), 2 with exit code 69 (down, silent).\n",
		" rows of 6 shops: no difference.", "\n| points_ledger ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &out)
		}
	}
	if written, err := os.ReadFile(file); err != nil || string(written) != out.String() {
		t.Errorf("the file holds something else: %v\n%s", err, written)
	}
}

// TestChainFails: what goes wrong in a run ends the chain, and is reported.
func TestChainFails(t *testing.T) {
	pgtest.NeedServer(t)
	var problems bytes.Buffer
	if code := program.Start(t.Context(), []string{"--bin", "/bin/false", "--shops", "1"}, io.Discard,
		&problems); code != lab.Failed {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(problems.String(), "chain: run /bin/false sync customers --all-stores --parallel 8: ") {
		t.Errorf("told %q", &problems)
	}
}

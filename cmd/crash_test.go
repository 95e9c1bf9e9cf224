package cmd_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	stdsync "sync"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// crashing builds the program that dies where it is told to, once a run.
var crashing = stdsync.OnceValues(func() (string, error) {
	path := filepath.Join(bench, "bin", "blackbirdctl-crashing")
	out, err := exec.Command("go", "build", "-tags", "crashpoints", "-o", path, "github.com/blackbirdctl/blackbirdctl").
		CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// seams are all that there are. One that is missing from a run was not gone through, and so not tested.
var seams = []string{
	"after commit", "after indexes", "batch merged", "before commit", "before indexes", "before settling",
	"between ledger and balances",
	"contacts read", "keys listed", "lock file let go", "lock file taken", "menu merged", "migrated",
	"migration locked", "page merged",
	"pages done", "pass begun",
	"pass worked", "points merged", "rows placed", "rows staged", "store let go", "watermark renamed",
	"watermark written", "writer joined",
}

// crashModes are the ways that a pass goes, each with seams of its own.
var crashModes = []string{"first", "incremental", "full"}

// TestCrash dies at every seam of every stream, in a first, an incremental and a full pass, goes on, and compares the
// whole store with what the rules say. Unless it is to torture it takes one of the ways for each seam of a stream.
func TestCrash(t *testing.T) {
	program, err := crashing()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := crasher{fixture: newShop(t, kind, t.TempDir()), program: program, gone: make(map[string]int)}
			c.generate(
				biotracktest.Options{Seed: 5, Customers: 120, Tickets: 500, Products: 40, NoSales: true, BadRows: true},
			)
			if kind != shop.Citus {
				c.migration(t)
			}
			for _, mode := range crashModes {
				c.mode = mode
				c.all(t)
			}
			c.complete(t)
			t.Logf("died %d times, at %d seams", c.deaths, len(c.gone))
		})
	}
}

// crasher is a shop whose passes die.
type crasher struct {
	*fixture
	program string
	mode    string
	// gone counts how often each seam of a stream was died at.
	gone   map[string]int
	deaths int
	// days and stores count those that there were: each death has its own.
	days, stores int
}

// crashCommands are the streams' passes, in pages small enough for some of each.
func crashCommands() []command {
	return []command{
		paged(oracle.StreamCustomers, 70, "sync", "customers"),
		paged(oracle.StreamOrders, 70, "sync", "orders"),
		{oracle.StreamProducts, []string{"sync", "products", "--member-level", "1"}, 0},
		paged(oracle.StreamPoints, 70, "points", "recompute"),
	}
}

// migration dies while the tables are made.
func (c *crasher) migration(t *testing.T) {
	t.Helper()
	for _, seam := range []string{"migration locked", "migrated"} {
		if out := c.launch(t, command{args: []string{"migrate"}}, "BLACKBIRDCTL_CRASH_AT="+seam); out.code != killed {
			t.Errorf("migrate: did not come to %q but ended with %d\n%s", seam, out.code, out.stderr)
		}
		c.gone["migrate "+seam]++
		c.deaths++
	}
	c.run(0, "migrate")
}

// all dies at each seam of each stream in one mode.
func (c *crasher) all(t *testing.T) {
	t.Helper()
	found := c.explore(t)
	for i, command := range crashCommands() {
		for n, seam := range slices.Sorted(maps.Keys(found[command.stream])) {
			if !torture() && c.gone[command.stream+" "+seam] > 0 {
				continue
			}
			at := []string{seam}
			if times := found[command.stream][seam]; times > 1 && (torture() || (n+i)%2 == 0) {
				at = append(at, fmt.Sprintf("%s#%d", seam, times))
			}
			for _, at := range at {
				c.die(t, i, at)
			}
		}
	}
}

// explore lets all streams make one pass, and lists the seams that each goes through, and how often.
func (c *crasher) explore(t *testing.T) map[string]map[string]int {
	t.Helper()
	c.prepare(t)
	found := make(map[string]map[string]int)
	for _, command := range crashCommands() {
		path := filepath.Join(t.TempDir(), "seams")
		c.pass(t, command, 0, "BLACKBIRDCTL_CRASH_LOG="+path)
		found[command.stream] = make(map[string]int)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for seam := range strings.Lines(string(text)) {
			found[command.stream][strings.TrimSpace(seam)]++
		}
	}
	c.compare(t, "no death")
	return found
}

// prepare gives the passes something to do: a store of its own to a first pass, a day at the till to the others.
func (c *crasher) prepare(t *testing.T) {
	t.Helper()
	if c.mode == "first" {
		c.stores++
		return
	}
	c.days++
	c.till.Day(biotracktest.Day{Seed: 5, Number: c.days, Scale: 0.3, HardDeletes: c.mode == "full"})
}

// store is the id of the store that the passes write.
func (c *crasher) storeID() string { return fmt.Sprintf("store-%d", c.stores) }

// timely are the seams that a pass comes to only where one of its threads happens to be ahead of another: a second
// writer joins while the first is at work.
var timely = map[string]bool{"writer joined": true}

// timelyTries is how many passes are made for one to come to a timely seam.
const timelyTries = 20

// die lets the pass of one stream die at a seam, and those before it not; then all go on.
func (c *crasher) die(t *testing.T, stream int, at string) {
	t.Helper()
	seam, _, numbered := strings.Cut(at, "#")
	tries := 1
	if timely[seam] {
		tries = timelyTries
	}
	for try := 1; !c.died(t, stream, at); try++ {
		if numbered {
			return
		}
		if try == tries {
			t.Errorf("%s, %s pass: did not come to %q in %d tries", crashCommands()[stream].stream, c.mode, at, tries)
			return
		}
	}
	c.deaths++
	c.gone[crashCommands()[stream].stream+" "+seam]++
}

// died reports whether the pass of one stream came to a seam and died there. Those before it have not, and afterwards
// all go on.
func (c *crasher) died(t *testing.T, stream int, at string) bool {
	t.Helper()
	c.prepare(t)
	commands := crashCommands()
	for _, command := range commands[:stream] {
		c.pass(t, command, 0)
	}
	dying := commands[stream]
	out := c.launch(t, dying, "BLACKBIRDCTL_CRASH_AT="+at)
	if out.code != killed && out.code != 0 {
		t.Errorf("%s, %s pass: is to die at %q but ended with %d\n%s", dying.stream, c.mode, at, out.code, out.stderr)
	}
	for _, command := range commands {
		c.pass(t, command, 0)
	}
	c.compare(t, fmt.Sprintf("%s died in a %s pass at %q", dying.stream, c.mode, at))
	return out.code == killed
}

// pass makes one pass of a stream.
func (c *crasher) pass(t *testing.T, command command, want int, env ...string) {
	t.Helper()
	out := c.launch(t, command, env...)
	if err := out.check(want); err != nil {
		t.Fatalf("%s, %s pass: %v\n%s%s", command.stream, c.mode, err, out.stdout, out.stderr)
	}
}

func (c *crasher) launch(t *testing.T, command command, env ...string) outcome {
	t.Helper()
	args := append(slices.Clone(command.args), "--store", c.storeID())
	if c.mode == "full" && c.days > 0 {
		args = append(args, "--full", "--max-removals", "100%")
		if command.stream == oracle.StreamProducts || command.stream == oracle.StreamPoints {
			args = args[:len(args)-2]
		}
	}
	env = append(env, append(c.variables(), "PATH="+os.Getenv("PATH"), "TMPDIR="+os.TempDir())...)
	r, err := launchProgram(c.program, "", env, nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return r.outcome()
}

func (c *crasher) compare(t *testing.T, what string) {
	t.Helper()
	settings, _ := judgement()
	options := oracle.Options{KeepRejected: true, AllowRemoved: c.mode == "full"}
	if err := c.judge(c.till.URL, c.storeID(), settings, options); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if left, err := filepath.Glob(filepath.Join(c.store.Folder, c.storeID(), ".*")); err != nil || len(left) > 0 {
		t.Errorf("%s: %q were left in the state folder: %v", what, left, err)
	}
}

// complete shows that no seam was left out.
func (c *crasher) complete(t *testing.T) {
	t.Helper()
	found := make(map[string]bool)
	for gone := range c.gone {
		_, seam, _ := strings.Cut(gone, " ")
		found[seam] = true
	}
	want := slices.DeleteFunc(slices.Clone(seams), func(seam string) bool {
		// SQLite has one writer, and on Citus the tables are there from the start.
		return c.store.Kind == shop.SQLite && seam == "writer joined" ||
			c.store.Kind == shop.Citus && strings.HasPrefix(seam, "migrat")
	})
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, want) {
		t.Errorf("died at the seams\n%q, want\n%q", got, want)
	}
}

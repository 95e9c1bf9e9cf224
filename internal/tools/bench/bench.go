// Command bench measures blackbirdctl against yardsticks: what psql, or one SQL statement, needs for the same work on
// the same server:
//
//	go run ./internal/tools/bench --bin bin/blackbirdctl [--tickets N] [--runs N] [--growth N,N] [--only ID,ID]
//		[--markdown FILE]
//
// It starts a private PostgreSQL server that keeps its data safe as an ordinary one does, makes an invented shop in it,
// and prints a table of tasks. Each task is run in pairs, the binary and its yardstick in turn, so that a slow moment
// of the machine meets both. The sampler that watches the source runs beside both of them. After each pair the bench
// compares what they have done: a difference, or a process that fails, stops it. A second table shows how time and
// memory grow with the shop.
//
// It runs on Linux, needs psql beside the server's binaries, and leaves nothing behind but the Markdown file.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

var program = lab.Program[options]{Name: "bench", Flags: flags, Run: run}

func main() { program.Main() }

const (
	// changedTickets is how many tickets change before a run that is to find changes.
	changedTickets = 1000
	// fewestTickets leaves enough of them that can be changed.
	fewestTickets = 2000
	// growthID is what --only calls the growth table.
	growthID = "growth"
)

// size is how large a shop is made.
type size struct {
	tickets, customers, products, lots int
}

// options are the command line's.
type options struct {
	bin      string
	shop     size
	runs     int
	growth   numbers // of tickets
	only     names   // of tasks; empty: all
	markdown string  // file; empty: none
}

func flags(f *flag.FlagSet, o *options) func() error {
	o.growth = numbers{10_000, 100_000, 1_000_000, 4_000_000}
	f.StringVar(&o.bin, "bin", "bin/blackbirdctl", "blackbirdctl `file` to measure")
	f.IntVar(&o.shop.tickets, "tickets", 1_000_000, "how many tickets the shop has")
	f.IntVar(&o.shop.customers, "customers", 200_000, "how many customers")
	f.IntVar(&o.shop.products, "products", 10_000, "how many products")
	f.IntVar(&o.shop.lots, "lots", 100_000, "how many lots")
	f.IntVar(&o.runs, "runs", 3, "how many pairs of runs a task has")
	f.Var(&o.growth, "growth", "`tickets` of the growth table's shops; empty: no such table")
	f.Var(&o.only, "only", "`ids` of the tasks to run, "+growthID+" for the growth table: "+strings.Join(taskIDs(),
		", "))
	f.StringVar(&o.markdown, "markdown", "", "`file` to write the tables into as well")
	return o.check
}

// check refuses what no bench can be run with.
func (o *options) check() error {
	switch {
	case o.runs < 1:
		return errors.New("read --runs: at least 1")
	case o.shop.customers < 1 || o.shop.products < 1 || o.shop.lots < 1:
		return errors.New("read the sizes: at least 1 of each")
	case slices.Min(append(o.growth, o.shop.tickets)) < fewestTickets:
		return fmt.Errorf("read the sizes: at least %d tickets", fewestTickets)
	}
	return nil
}

// wants reports whether a task, or the growth table, is to be run.
func (o *options) wants(id string) bool { return len(o.only) == 0 || slices.Contains(o.only, id) }

// numbers is a list of numbers, joined by commas.
type numbers []int

func (n *numbers) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(*n), " ", ","), "[]")
}

// Set reads the list.
func (n *numbers) Set(list string) error {
	*n = nil
	for _, field := range fields(list) {
		number, err := strconv.Atoi(field)
		if err != nil {
			return err
		}
		*n = append(*n, number)
	}
	return nil
}

// names is a list of ids of tasks, joined by commas.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

// Set reads the list.
func (n *names) Set(list string) error {
	known := append(taskIDs(), growthID)
	*n = fields(list)
	for _, id := range *n {
		if !slices.Contains(known, id) {
			return fmt.Errorf("unknown id %q; there are %s", id, strings.Join(known, ", "))
		}
	}
	return nil
}

// fields splits a list at its commas; an empty list has none.
func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

//go:embed sql
var scripts embed.FS

func script(name string) string {
	text, err := scripts.ReadFile("sql/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// quiet leaves out the vacuuming: a worker of it would write into the log that is being measured.
var quiet = map[string]string{"autovacuum": "off"}

// bench is a server to measure on and the programs to measure.
type bench struct {
	*lab.T
	options
	server *pgtest.Server
	psql   string
	dir    string   // for the scripts and the state folder
	env    []string // of every process that is measured
}

// run measures what the options ask for, and prints and writes the tables.
func run(t *lab.T, o options) {
	b := &bench{T: t, options: o, server: t.Server(lab.Durable, quiet), dir: t.TempDir()}
	var err error
	b.bin, err = filepath.Abs(o.bin)
	t.Check(err)
	b.psql = filepath.Join(b.server.BinDir(), "psql")
	for _, file := range []string{b.bin, b.psql} {
		_, err := os.Stat(file)
		t.Check(err)
	}
	t.Check(os.CopyFS(b.dir, scripts))
	path := "PATH=" + b.server.BinDir() + string(os.PathListSeparator) + os.Getenv("PATH")
	b.env = append(lab.Environ(), path, "BENCH_SOURCE="+b.server.URL(sourceDB))
	r := report{about: b.about()}
	// What was measured before a failure is printed all the same: it may have taken an hour.
	defer func() {
		_, err := io.WriteString(t.Stdout, r.String())
		t.Note(err)
	}()
	b.measureTasks(&r)
	if b.wants(growthID) {
		b.measureGrowth(&r)
	}
	if o.markdown != "" {
		t.Check(os.WriteFile(o.markdown, []byte(r.String()), 0o644))
	}
}

// Command bench measures blackbirdctl against yardsticks: what psql, or one SQL statement, needs for the same work on
// the same server:
//
//	go run ./internal/tools/bench --bin bin/blackbirdctl [--tickets N] [--runs N] [--growth N,N] [--only ID,ID]
//		[--peer NAME=PATH] [--markdown FILE]
//
// It starts a private PostgreSQL server that keeps its data safe as an ordinary one does, makes an invented shop in it
// as tills are, with no index of ours and some tickets that no order can be made of, and prints a table of tasks. Each
// task is run in pairs, the binary and its yardstick in turn, so that a slow moment of the machine meets both. The
// sampler that watches the source runs beside both of them. After each pair the bench compares what they have done: a
// difference, or a process that fails, stops it. A second table shows how time and memory grow with the shop.
//
// It runs on Linux, needs psql beside the server's binaries, and leaves nothing behind but the Markdown file and the
// picture in it, docs/benchmarks.svg beside it.
//
// # Peers
//
// --peer measures another program in the same runs: PATH is started without arguments, in a folder of its own where it
// may keep state, with
//
//	BENCH_SOURCE  URL of the point of sale's database
//	BENCH_TABLE   the table to bring over: customers or tickets
//	BENCH_TARGET  URL of the database to bring it to, which is empty before a first run, and so is the folder
//	BENCH_TASK    id of the task: what ends in -full is to look at every row again, any other only at what is new
//
// It has to end with 0 and to leave in BENCH_TARGET a table named as BENCH_TABLE with as many rows as the source's.
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

func (s size) String() string {
	return fmt.Sprintf("%s tickets, %s customers, %s products and %s lots", lab.Thousands(s.tickets),
		lab.Thousands(s.customers), lab.Thousands(s.products), lab.Thousands(s.lots))
}

// options are the command line's.
type options struct {
	bin      string
	shop     size
	runs     int
	growth   numbers // of tickets
	only     names   // of tasks; empty: all
	peer     peer    // without a name: none
	markdown string  // file; empty: none
}

func flags(f *flag.FlagSet, o *options) func() error {
	o.growth = numbers{10_000, 100_000, 1_000_000}
	f.StringVar(&o.bin, "bin", "bin/blackbirdctl", "blackbirdctl `file` to measure")
	f.IntVar(&o.shop.tickets, "tickets", 1_000_000, "how many tickets the shop has")
	f.IntVar(&o.shop.customers, "customers", 200_000, "how many customers")
	f.IntVar(&o.shop.products, "products", 10_000, "how many products")
	f.IntVar(&o.shop.lots, "lots", 100_000, "how many lots")
	f.IntVar(&o.runs, "runs", 3, "how many pairs of runs a task has")
	f.Var(&o.growth, "growth", "`tickets` of the growth table's shops; empty: no such table")
	f.Var(&o.only, "only", "`ids` of the tasks to run, "+growthID+" for the growth table: "+strings.Join(taskIDs(),
		", "))
	f.Var(&o.peer, "peer", "`name=path` of a program to measure too; the command's documentation says what it must do")
	f.StringVar(&o.markdown, "markdown", "", "`file` to write the tables into as well; its picture goes to "+
		pictureFile+" beside it")
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

// peer is a program of somebody else's to measure as well.
type peer struct{ name, path string }

func (p *peer) String() string { return strings.Trim(p.name+"="+p.path, "=") }

// Set reads a name and the path of an existing file.
func (p *peer) Set(value string) (err error) {
	name, path, found := strings.Cut(value, "=")
	if !found || name == "" {
		return errors.New("not of the form name=path")
	}
	if p.path, err = filepath.Abs(path); err != nil {
		return err
	}
	p.name = name
	_, err = os.Stat(path)
	return err
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
	r := report{about: b.about(), shop: o.shop.String(), peer: o.peer.name}
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
		r.picture = pictureFile
		picture := filepath.Join(filepath.Dir(o.markdown), filepath.FromSlash(pictureFile))
		t.Check(os.MkdirAll(filepath.Dir(picture), 0o755))
		t.Check(os.WriteFile(picture, []byte(r.draw()), 0o644))
		t.Check(os.WriteFile(o.markdown, []byte(r.String()), 0o644))
	}
}

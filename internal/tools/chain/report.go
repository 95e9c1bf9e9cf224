package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// report is all that the chain found.
type report struct {
	about   []string // one fact a line
	shops   int
	figures []figure
	trouble string
	judged  int
	disk    []onDisk
	trips   []trips
}

// onDisk is one of the store's tables.
type onDisk struct {
	table       string
	rows, bytes int64
}

// about says what is measured, and on what.
func (c *chain) about() []string {
	version, _, _ := strings.Cut(lab.Ask[string](c.T, "postgres", c.store.URL("postgres"), "SHOW server_version"), " ")
	machine := c.ThisMachine()
	return []string{
		fmt.Sprintf("%s, %d cores (%s) for the client and both servers, PostgreSQL %s, %s",
			time.Now().UTC().Format(time.DateOnly),
			machine.Cores, machine.CPU, version, runtime.Version()),
		fmt.Sprintf("%d shops with %d tills, `--parallel %d`; %s", len(c.shops), c.databases, c.parallel, c.sizes()),
	}
}

// sizes tell how large the shops are.
func (o options) sizes() string {
	shops, all := o.shops, o.kinds()
	var customers, tickets, products int
	for i := range shops {
		kind := all[i%len(all)]
		customers, tickets, products = customers+kind.Customers, tickets+kind.Tickets, products+kind.Products
	}
	return fmt.Sprintf("%d customers, %d orders and %d products each in the mean", customers/shops, tickets/shops,
		products/shops)
}

// figuresHeader names the columns of the table of figures.
var figuresHeader = []string{"round: command", "wall, s", "wall, ms a shop", "client CPU, ms a shop",
	"store CPU, ms a shop", "till CPU, ms a shop",
	"peak, MiB", "WAL, kB a shop", "connections at the store", "… at all tills", "… at one"}

// String is the report in Markdown, which is also readable as it is.
func (r *report) String() string {
	var b strings.Builder
	for _, fact := range r.about {
		b.WriteString("- " + fact + "\n")
	}
	lines := [][]string{figuresHeader}
	for _, f := range r.figures {
		lines = append(lines, f.cells(float64(r.shops)))
	}
	b.WriteString("\n" + lab.Markdown(lines))
	fmt.Fprintf(&b, "\n%s\n", r.trouble)
	fmt.Fprintf(&b, "\nEvery run ended with 0, every verify found all equal; the independent judge compared %s rows "+
		"of %d shops: no difference.\n\n",
		lab.Thousands(r.judged), r.shops)
	b.WriteString(lab.Markdown(r.tripLines()) + "\n" + lab.Markdown(r.diskLines()))
	return b.String()
}

func (f figure) cells(shops float64) []string {
	each := func(seconds float64) string { return lab.Short(seconds * 1000 / shops) }
	return []string{f.round + ": " + f.command, lab.Short(f.Seconds), each(f.Seconds), each(f.CPU), each(f.storeCPU),
		each(f.tillCPU),
		lab.Short(f.PeakMiB), lab.Short(f.wal / 1000 / shops), strconv.Itoa(f.store), strconv.Itoa(f.tills),
		strconv.Itoa(f.till)}
}

func (r *report) tripLines() [][]string {
	lines := [][]string{{"round: command", "connections to the till", "round trips", "kB to it", "kB from it",
		"connections to the store",
		"round trips", "kB to it", "kB from it"}}
	for _, t := range r.trips {
		lines = append(lines, append(append([]string{t.round + ": " + t.command}, t.till.cells()...),
			t.store.cells()...))
	}
	return lines
}

func (p passed) cells() []string {
	kB := func(bytes int64) string { return lab.Short(float64(bytes) / 1000) }
	return []string{strconv.Itoa(p.connections), strconv.Itoa(p.turns), kB(p.sent), kB(p.got)}
}

func (r *report) diskLines() [][]string {
	lines := [][]string{{"table", "rows", "MB with indexes", "bytes a row"}}
	for _, t := range r.disk {
		lines = append(lines, []string{t.table, lab.Thousands(int(t.rows)), lab.Short(float64(t.bytes) / 1e6),
			lab.Short(float64(t.bytes) / max(1, float64(t.rows)))})
	}
	return lines
}

package main

import (
	_ "embed"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// report is all that the bench found.
type report struct {
	about  []string // one fact a line
	rows   []*row
	growth growth
}

// notes say how the table of tasks is to be read.
const notes = `
Seconds are of one start of the process,        from its start to its end: the median of the runs (least–most). Where
too little is to be done to be measured, a run is several starts in a row,        and their mean counts. The binary
and its yardstick run in turn; the ratio is of each pair. Peak memory and CPU are the binary's own. WAL is what the
server wrote to its log during the run; since a checkpoint precedes every run, it has a whole page (8 kB) for each
page that was touched. The longest transaction and the strongest lock on a table are those of the binary's sessions at
the source, looked at every 50 ms.
`

// growthNotes say how the growth table is to be read.
const growthNotes = `
One run each: seconds, microseconds a row (seconds per million rows), peak memory. The rows are those of the table or,
	where 1,000
orders changed, these.
`

// String is the report in Markdown.
func (r *report) String() string {
	var b strings.Builder
	b.WriteString("# Benchmarks of blackbirdctl\n\n")
	for _, fact := range r.about {
		b.WriteString("- " + fact + "\n")
	}
	if len(r.rows) > 0 {
		lines := [][]string{taskHeader}
		for _, m := range r.rows {
			lines = append(lines, m.cells())
		}
		b.WriteString("\n## Tasks\n" + notes + "\n" + lab.Markdown(lines))
	}
	if len(r.growth.cells) > 0 {
		b.WriteString("\n## Growth\n" + growthNotes + "\n" + lab.Markdown(r.growth.lines()))
	}
	b.WriteString("\n" + findings)
	return b.String()
}

// findings are what a person has seen behind the figures; they are as old as the figures that BENCHMARKS.md holds.
//
//go:embed findings.md
var findings string

// about says what is measured, and on what.
func (b *bench) about() []string {
	machine, shop := b.ThisMachine(), b.shop
	version := lab.Ask[string](b.T, "postgres", b.server.URL("postgres"), "SHOW server_version")
	return []string{
		"date: " + time.Now().UTC().Format(time.DateOnly), "CPU: " + machine.CPU, "memory: " + machine.Memory,
		"kernel: " + machine.Kernel,
		fmt.Sprintf("cores: %d", machine.Cores), "Go: " + runtime.Version(),
		"PostgreSQL: " + version + ", fsync and full_page_writes on, shared_buffers " + lab.Durable["shared_buffers"],
		fmt.Sprintf("shop: %s tickets, %s customers, %s products, %s lots; runs: %d", lab.Thousands(shop.tickets),
			lab.Thousands(shop.customers), lab.Thousands(shop.products), lab.Thousands(shop.lots), b.runs),
	}
}

// taskHeader names the columns of the table of tasks.
var taskHeader = []string{"task", "ours, s", "yardstick, s", "ours / yardstick", "target", "peak, MiB", "peak limit",
	"CPU, s",
	"WAL, MB", "WAL limit", "longest transaction, ms", "strongest lock"}

// cells are a row of the table of tasks.
func (m *row) cells() []string {
	ratio, wal := spreadOf(m.ratio), spreadOf(m.walMB)
	return []string{m.name, spreadOf(m.seconds).String(), spreadOf(m.yardstick).String(), ratio.String(),
		verdict(ratio.median, m.target),
		lab.Short(m.peakMiB), verdict(m.peakMiB, peakLimit), lab.Short(spreadOf(m.cpu).median), lab.Short(wal.median),
		verdict(wal.median, m.wal),
		lab.Short(m.longestMS), shortLock(m.lock)}
}

// verdict says what was to be reached and whether it was; a dash where nothing was.
func verdict(value, target float64) string {
	switch {
	case target == 0:
		return "–"
	case value <= target:
		return fmt.Sprintf("≤ %v, met", target)
	}
	return fmt.Sprintf("≤ %v, missed", target)
}

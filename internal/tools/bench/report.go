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
	about   []string // one fact a line
	shop    string
	rows    []*row
	growth  growth
	peer    string // its name; empty: there was none
	picture string // the file that draw's picture is in, from where the report is; empty: none
}

// notes say how the table of tasks is to be read.
const notes = `
Seconds are of one start of the process, from its start to its end: the median of the runs (least–most). Where too
little is to be done to be measured, a run is several starts in a row, and their mean counts. The binary and its
yardstick run in turn; the ratio is of each pair. The yardstick is psql doing the same work, of a verify the same with
--full. A till has 5 tickets that no order can be made of, and no index that blackbirdctl would need. Where nothing was
written at the till, the store is on a server of its own, or in SQLite; else the two are on one, and each pass is a
transaction that the next one has to look behind. Peak memory and CPU are the binary's own; private is the memory that
is no page of a file, such as of the binary. WAL is what the store's server wrote to its log during the run; since a
checkpoint precedes every run, it has a whole page (8 kB) for each page that was touched. The longest transaction and
the strongest lock on a table are those of the binary's sessions at the source, looked at every 50 ms.
`

// growthNotes say how the growth table is to be read.
const growthNotes = `
One run each: seconds, microseconds a row (seconds per million rows), peak memory. The rows are those of the table or,
where 1,000 orders changed, these. The rows of a verify are the tickets.
`

// String is the report in Markdown: what a user wants to know, and then everything.
func (r *report) String() string {
	var b strings.Builder
	b.WriteString("# Benchmarks of blackbirdctl\n\n" + r.brief() + "## Measured on\n\n")
	for _, fact := range r.about {
		b.WriteString("- " + fact + "\n")
	}
	if len(r.rows) > 0 {
		lines := [][]string{r.header()}
		for _, m := range r.rows {
			lines = append(lines, m.cells(r.peer != ""))
		}
		b.WriteString("\n## Tasks\n" + notes + "\n" + lab.Markdown(lines))
	}
	if len(r.growth.cells) > 0 {
		b.WriteString("\n## Growth\n" + growthNotes + "\n" + lab.Markdown(r.growth.lines()))
	}
	b.WriteString("\n" + findings)
	return b.String()
}

// brief is what a user wants to know, and the picture of it.
func (r *report) brief() string {
	var b strings.Builder
	peak := 0.0
	for _, m := range r.rows {
		peak = max(peak, m.peakMiB)
		if !m.brief {
			continue
		}
		fmt.Fprintf(&b, "- %s: %s s", m.name, lab.Short(spreadOf(m.seconds).median))
		if m.yardstick != nil {
			fmt.Fprintf(&b, "; %s %s s", m.yardstickName(), lab.Short(spreadOf(m.yardstickSeconds).median))
		}
		b.WriteString("\n")
	}
	if b.Len() == 0 {
		return ""
	}
	fmt.Fprintf(&b, "- most memory of any run: %s MiB\n\n", lab.Short(peak))
	if r.picture != "" {
		fmt.Fprintf(&b, "![Seconds, beside others doing the same work](%s)\n\n", r.picture)
	}
	return "A shop of " + r.shop + ": how long a pass takes, and what psql, or the same with `--full`,\n" +
		"takes for the same work beside it.\n\n" + b.String()
}

// findings are what a person has seen behind the figures; they are as old as the figures that BENCHMARKS.md holds.
//
//go:embed findings.md
var findings string

// about says what is measured, and on what.
func (b *bench) about() []string {
	machine := b.ThisMachine()
	version := lab.Ask[string](b.T, "postgres", b.server.URL("postgres"), "SHOW server_version")
	return []string{
		"date: " + time.Now().UTC().Format(time.DateOnly), "CPU: " + machine.CPU, "memory: " + machine.Memory,
		"kernel: " + machine.Kernel,
		fmt.Sprintf("cores: %d", machine.Cores), "Go: " + runtime.Version(),
		"PostgreSQL: " + version + ", fsync and full_page_writes on, shared_buffers " + lab.Durable["shared_buffers"],
		fmt.Sprintf("shop: %s; runs: %d", b.shop, b.runs),
	}
}

// header names the columns of the table of tasks.
func (r *report) header() []string {
	columns := []string{"task", "ours, s", "yardstick, s", "ours / yardstick"}
	if r.peer != "" {
		columns = append(columns, r.peer+", s", "ours / "+r.peer, r.peer+", peak MiB")
	}
	return append(columns, "CPU, s", "peak, MiB", "private, MiB", "WAL, MB", "longest transaction, ms",
		"strongest lock")
}

// cells are a row of the table of tasks.
func (m *row) cells(withPeer bool) []string {
	seconds, wal := spreadOf(m.seconds), spreadOf(m.walMB)
	ratio, peerRatio := spreadOf(ratios(m.seconds, m.yardstickSeconds)), spreadOf(ratios(m.seconds, m.peerSeconds))
	cells := []string{m.name, judged(seconds.String(), seconds.median, m.task.seconds),
		spreadOf(m.yardstickSeconds).String(), judged(ratio.String(), ratio.median, m.target)}
	if withPeer {
		cells = append(cells, spreadOf(m.peerSeconds).String(),
			judged(peerRatio.String(), peerRatio.median, m.peerTarget), lab.Short(m.peerMiB))
	}
	return append(cells, lab.Short(spreadOf(m.cpu).median), judged(lab.Short(m.peakMiB), m.peakMiB, peakLimit),
		lab.Short(m.privateMiB), judged(lab.Short(wal.median), wal.median, m.wal), lab.Short(m.longestMS),
		shortLock(m.lock))
}

// yardstickName says what the binary was measured against.
func (m *row) yardstickName() string {
	if strings.HasPrefix(m.id, "verify") {
		return "--full"
	}
	return "psql"
}

// judged adds to a figure what was to be reached and whether it was, if there was anything.
func judged(text string, value, target float64) string {
	switch {
	case target == 0 || text == "–":
		return text
	case value <= target:
		return fmt.Sprintf("%s, ≤ %v met", text, target)
	}
	return fmt.Sprintf("%s, ≤ %v missed", text, target)
}

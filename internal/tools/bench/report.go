package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// report is all that the bench found.
type report struct {
	about  []string // one fact a line
	rows   []*row
	growth growth
}

// notes say how the table of tasks is to be read.
const notes = `
Seconds are of one start of the process, from its start to its end: the median of the runs (least–most). Where too little is to be
done to be measured, a run is several starts in a row, and their mean counts. The binary and its yardstick run in turn; the ratio is
of each pair. Peak memory and CPU are the binary's own. WAL is what the server wrote to its log during the run; since a checkpoint
precedes every run, it has a whole page (8 kB) for each page that was touched. The longest transaction and the strongest lock on a
table are those of the binary's sessions at the source, looked at every 50 ms.
`

// growthNotes say how the growth table is to be read.
const growthNotes = `
One run each: seconds, microseconds a row (seconds per million rows), peak memory. The rows are those of the table or, where 1,000
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
		b.WriteString("\n## Tasks\n" + notes + "\n" + figures.Markdown(lines))
	}
	if len(r.growth.cells) > 0 {
		b.WriteString("\n## Growth\n" + growthNotes + "\n" + figures.Markdown(r.growth.lines()))
	}
	b.WriteString("\n" + findings)
	return b.String()
}

// findings are what a person has seen behind the figures; they are as old as the figures that BENCHMARKS.md holds.
//
//go:embed findings.md
var findings string

// about tells what is measured, and on what.
func (b *bench) about(ctx context.Context) ([]string, error) {
	version, err := ask[string](ctx, "postgres", b.server.URL("postgres"), "SHOW server_version")
	if err != nil {
		return nil, err
	}
	facts := []string{"date: " + time.Now().UTC().Format(time.DateOnly)}
	for _, f := range []struct{ name, file, key string }{
		{"CPU", "/proc/cpuinfo", "model name"}, {"memory", "/proc/meminfo", "MemTotal"}, {"kernel", "/proc/sys/kernel/osrelease", ""},
	} {
		text, err := os.ReadFile(f.file)
		if err != nil {
			return nil, fmt.Errorf("read what machine this is: %w", err)
		}
		facts = append(facts, f.name+": "+valueOf(string(text), f.key))
	}
	return append(facts,
		fmt.Sprintf("cores: %d", runtime.NumCPU()),
		"Go: "+runtime.Version(),
		"PostgreSQL: "+version+", fsync and full_page_writes on, shared_buffers "+ordinary["shared_buffers"],
		fmt.Sprintf("shop: %s tickets, %s customers, %s products, %s lots; runs: %d", figures.Thousands(b.shop.tickets),
			figures.Thousands(b.shop.customers), figures.Thousands(b.shop.products), figures.Thousands(b.shop.lots), b.runs)), nil
}

// valueOf finds the first value of a key in lines of "key: value"; without a key it is the first line.
func valueOf(text, key string) string {
	for line := range strings.Lines(text) {
		if key == "" {
			return strings.TrimSpace(line)
		}
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

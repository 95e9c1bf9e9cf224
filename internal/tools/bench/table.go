package main

import (
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// taskHeader names the columns of the table of tasks.
var taskHeader = []string{"task", "ours, s", "yardstick, s", "ours / yardstick", "target", "peak, MiB", "peak limit", "CPU, s",
	"WAL, MB", "WAL limit", "longest transaction, ms", "strongest lock"}

// cells are a row of the table of tasks.
func (m *row) cells() []string {
	ratio, wal := spreadOf(m.ratio), spreadOf(m.walMB)
	peak := m.peak
	if peak == 0 {
		peak = peakLimit
	}
	return []string{m.name, spreadOf(m.seconds).String(), spreadOf(m.yardstick).String(), ratio.String(), verdict(ratio.median, m.target),
		figures.Short(m.peakMiB), verdict(m.peakMiB, peak), figures.Short(spreadOf(m.cpu).median), figures.Short(wal.median), verdict(wal.median, m.wal),
		figures.Short(m.longestMS), shortLock(m.lock)}
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

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// spread is what several measurements of one thing come to.
type spread struct {
	median, least, most float64
	n                   int
}

// spreadOf sums measurements up; the median of an even number is the mean of the two in the middle.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return spread{median: median, least: sorted[0], most: sorted[len(sorted)-1], n: len(sorted)}
}

// String is "median (least–most)"; a dash where nothing was measured.
func (s spread) String() string {
	switch s.n {
	case 0:
		return "–"
	case 1:
		return lab.Short(s.median)
	}
	return fmt.Sprintf("%s (%s–%s)", lab.Short(s.median), lab.Short(s.least), lab.Short(s.most))
}

// lockModes are PostgreSQL's modes of locks on tables, the weakest first.
var lockModes = []string{"AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
	"ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"}

// strongest is the strongest of some modes, or an empty text. A mode that is not known counts as stronger than all, so
// that a table never hides it.
func strongest(modes ...string) string {
	best, rank := "", -1
	for _, mode := range modes {
		if mode == "" {
			continue
		}
		r := slices.Index(lockModes, mode)
		if r < 0 {
			r = len(lockModes)
		}
		if r > rank {
			best, rank = mode, r
		}
	}
	return best
}

// shortLock is a mode as the table prints it.
func shortLock(mode string) string {
	if mode == "" {
		return "none seen"
	}
	return strings.TrimSuffix(mode, "Lock")
}

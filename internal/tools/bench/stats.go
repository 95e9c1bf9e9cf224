package main

import (
	"fmt"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
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
		return figures.Short(s.median)
	}
	return fmt.Sprintf("%s (%s–%s)", figures.Short(s.median), figures.Short(s.least), figures.Short(s.most))
}

package oracle

import (
	"fmt"
	"slices"
)

var (
	passStreams  = []string{StreamCustomers, StreamOrders, StreamProducts, StreamPoints}
	passModes    = []string{"first", "incremental", "full", "repair", "backfill", "adjust", "forget"}
	passStatuses = []string{"running", "done", "failed", "dead"}
)

// Passes checks that the activity log is sane: known words, no pass left running, no negative count, an end that is not
// before the start and that a pass which is done has.
func Passes(actual *Actual, options Options) []Difference {
	var out []Difference
	for _, pass := range actual.Passes {
		out = append(out, checkPass(pass, options)...)
	}
	sortDifferences(out)
	return out
}

func checkPass(pass Pass, options Options) []Difference {
	var out []Difference
	problem := func(field string, want, got any) {
		out = append(out, Difference{"passes", showInt(pass.PassID), ProblemPass, field, fmt.Sprint(want),
			fmt.Sprint(got)})
	}
	words := []struct {
		field, got string
		known      []string
	}{{"stream", pass.Stream, passStreams}, {"mode", pass.Mode, passModes}, {"status", pass.Status, passStatuses}}
	for _, word := range words {
		if !slices.Contains(word.known, word.got) {
			problem(word.field, word.known, word.got)
		}
	}
	counts := []struct {
		field string
		n     int64
	}{
		{"read", pass.Read}, {"inserted", pass.Inserted}, {"updated", pass.Updated}, {"unchanged", pass.Unchanged},
		{"removed", pass.Removed}, {"rejected", pass.Rejected},
	}
	for _, count := range counts {
		if count.n < 0 {
			problem(count.field, "not negative", count.n)
		}
	}
	if pass.Status == "running" && !options.AllowRunning {
		problem("status", "ended", pass.Status)
	}
	if pass.FinishedAt == nil && pass.Status == "done" {
		problem("finished_at", "a time", "NULL")
	}
	if pass.FinishedAt != nil && pass.FinishedAt.Before(pass.StartedAt) {
		problem("finished_at", "not before started_at", pass.FinishedAt)
	}
	return out
}

package main

import (
	"context"
	"slices"
	"strconv"
)

// refused is how many rows were refused for one reason, with one of them for an example.
type refused struct {
	Stream, Reason, Key, Detail string
	Count                       int
}

// rejects counts the rejects by reason. Where SQLite is asked for a minimum, the other columns are of the row that has it.
func (s *store) rejects(ctx context.Context) ([]refused, error) {
	return rows[refused](ctx, s, `SELECT stream, reason, count(*) AS count, min(row_key) AS key, detail FROM rejects
		GROUP BY stream, reason ORDER BY stream, reason`)
}

// showRejects prints the rejects with an example for each reason.
func showRejects(p *page, all []refused) {
	table := [][]string{{"stream", "reason", "rows", "for example", "because"}}
	for _, r := range all {
		if r.Key == "" {
			r.Key = "(blank)"
		}
		table = append(table, []string{r.Stream, r.Reason, strconv.Itoa(r.Count), r.Key, short(r.Detail, 50)})
	}
	p.table("llrll", table...)
}

// showMended prints how many rejects of each reason there were and are. A day at the shop adds none.
func showMended(p *page, before, after []refused) {
	table := [][]string{{"stream", "reason", "before", "after"}}
	for _, was := range before {
		left := 0
		if i := slices.IndexFunc(after, func(r refused) bool { return r.Stream == was.Stream && r.Reason == was.Reason }); i >= 0 {
			left = after[i].Count
		}
		table = append(table, []string{was.Stream, was.Reason, strconv.Itoa(was.Count), strconv.Itoa(left)})
	}
	p.table("llrr", table...)
}

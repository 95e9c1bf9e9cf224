package main

import (
	"slices"
	"strconv"
)

// rejected is how many rows were rejected for one reason, with one of them for an example.
type rejected struct {
	Stream, Reason, Key, Detail string
	Count                       int
}

// rejects counts the rejects by reason. Where SQLite is asked for a minimum, the other columns are of the row that has it.
func (s store) rejects() []rejected {
	return rows[rejected](s, `SELECT stream, reason, count(*) AS count, min(row_key) AS key, detail FROM rejects
		GROUP BY stream, reason ORDER BY stream, reason`)
}

// showRejects prints the rejects with an example for each reason.
func showRejects(p page, all []rejected) {
	table := [][]string{{"stream", "reason", "rows", "for example", "because"}}
	for _, r := range all {
		if r.Key == "" {
			r.Key = "(blank)"
		}
		table = append(table, []string{r.Stream, r.Reason, strconv.Itoa(r.Count), r.Key, short(r.Detail, 50)})
	}
	p.table("llrll", table...)
}

// showRejectChanges prints how many rejects of each reason there were and are. A day at the shop adds none.
func showRejectChanges(p page, before, after []rejected) {
	table := [][]string{{"stream", "reason", "before", "after"}}
	for _, was := range before {
		left := 0
		if i := slices.IndexFunc(after, func(r rejected) bool { return r.Stream == was.Stream && r.Reason == was.Reason }); i >= 0 {
			left = after[i].Count
		}
		table = append(table, []string{was.Stream, was.Reason, strconv.Itoa(was.Count), strconv.Itoa(left)})
	}
	p.table("llrr", table...)
}

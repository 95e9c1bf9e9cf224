package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// topBalances is how many customers are shown.
const topBalances = 6

// balance is what a customer has.
type balance struct {
	Customer string `db:"customer_id"`
	Points   int64  `db:"balance"`
}

// balances reads who has how many points, the most first.
func (s store) balances() []balance {
	return rows[balance](s, `SELECT customer_id, balance FROM points_balances ORDER BY balance DESC, customer_id`)
}

// checkBalances checks that every balance is the sum of its ledger lines.
func (s store) checkBalances() {
	wrong := rows[string](s, `SELECT b.customer_id FROM points_balances b WHERE b.balance <>
		(SELECT coalesce(sum(l.points),
			0) FROM points_ledger l WHERE l.store_id = b.store_id AND l.customer_id = b.customer_id)`)
	if len(wrong) > 0 {
		s.Fatalf("check the balances: %d are not the sum of their ledger lines, such as that of %s", len(wrong),
			wrong[0])
	}
}

// showBalances prints the top of the list; with the balances of before, those that changed most.
func showBalances(p page, before, after []balance) {
	had := make(map[string]int64, len(before))
	for _, b := range before {
		had[b.Customer] = b.Points
	}
	change := func(b balance) int64 { return b.Points - had[b.Customer] }
	table, align := [][]string{{"customer", "points"}}, "lr"
	if before != nil {
		after = slices.Clone(after)
		slices.SortStableFunc(after, func(a, b balance) int {
			return cmp.Compare(max(change(b), -change(b)),
				max(change(a), -change(a)))
		})
		table, align = [][]string{{"customer", "points", "before", "change"}}, "lrrr"
	}
	for _, b := range after[:min(topBalances, len(after))] {
		line := []string{b.Customer, strconv.FormatInt(b.Points, 10), strconv.FormatInt(had[b.Customer], 10),
			fmt.Sprintf("%+d", change(b))}
		table = append(table, line[:len(align)])
	}
	p.table(align, table...)
}

// rejected is how many rows were rejected for one reason, with one of them for an example.
type rejected struct {
	Stream, Reason, Key, Detail string
	Count                       int
}

// rejects counts the rejects by reason. Where SQLite is asked for a minimum, the other columns are of the row that has
// it.
func (s store) rejects() []rejected {
	return rows[rejected](s, `SELECT stream, reason, count(*) AS count,
		CASE min(row_key) WHEN '' THEN '(blank)' ELSE min(row_key) END AS key,
		detail FROM rejects GROUP BY stream, reason ORDER BY stream, reason`)
}

// showRejects prints the rejects with an example for each reason.
func showRejects(p page, all []rejected) {
	table := [][]string{{"stream", "reason", "rows", "for example", "because"}}
	for _, r := range all {
		table = append(table, []string{r.Stream, r.Reason, strconv.Itoa(r.Count), r.Key, short(r.Detail, 48)})
	}
	p.table("llrll", table...)
}

// meanings explain the kinds of ledger lines.
var meanings = map[string]string{
	"award":      "a sale has earned its points",
	"correction": "a total was corrected afterwards, so the sale is worth another number",
	"refund":     "money was given back, and with it what it had earned",
	"transfer":   "the sale was given to another customer: one line takes, one gives",
	"void":       "the sale was voided: all its points go back",
}

// showLines prints what the ledger has gained since a pass.
func (s store) showLines(since int64) {
	table := [][]string{{"kind", "lines", "points", "why"}}
	for _, k := range rows[struct {
		Kind          string
		Lines, Points int64
	}](s, `SELECT kind, count(*) AS lines,
		sum(points) AS points FROM points_ledger WHERE pass_id > ? GROUP BY kind ORDER BY kind`, since) {
		table = append(table, []string{k.Kind, strconv.FormatInt(k.Lines, 10), fmt.Sprintf("%+d", k.Points),
			meanings[k.Kind]})
	}
	s.table("lrrl", table...)
}

// refundedSince finds an order that was refunded after a pass, best a part of it and by a ticket of its own.
func (s store) refundedSince(pass int64) string {
	found := rows[string](s, `SELECT o.order_id FROM points_ledger l JOIN orders o
		USING (store_id, order_id, location_id)
		WHERE l.pass_id > ? AND l.kind = 'refund'
		ORDER BY o.status = 'partially_refunded' DESC,
			EXISTS (SELECT 1 FROM orders r WHERE r.refund_of = o.order_id) DESC, o.order_id`, pass)
	if len(found) == 0 {
		s.Fatal("find a refunded order: the day had none that took points back")
	}
	return found[0]
}

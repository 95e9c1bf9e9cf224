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
		(SELECT coalesce(sum(l.points), 0) FROM points_ledger l WHERE l.store_id = b.store_id AND l.customer_id = b.customer_id)`)
	if len(wrong) > 0 {
		s.Fatalf("check the balances: %d are not the sum of their ledger lines, such as that of %s", len(wrong), wrong[0])
	}
}

// showBalances prints the top of the list.
func showBalances(p page, all []balance) {
	table := [][]string{{"customer", "points"}}
	for _, b := range all[:min(topBalances, len(all))] {
		table = append(table, []string{b.Customer, strconv.FormatInt(b.Points, 10)})
	}
	p.table("lr", table...)
}

// showChanges prints the top of the list with what each had before, then who gained or lost most.
func showChanges(p page, before, after []balance) {
	had := make(map[string]int64, len(before))
	for _, b := range before {
		had[b.Customer] = b.Points
	}
	changed := func(b balance) int64 { return b.Points - had[b.Customer] }
	list := func(all []balance) {
		table := [][]string{{"customer", "before", "after", "change"}}
		for _, b := range all[:min(topBalances, len(all))] {
			table = append(table, []string{b.Customer, strconv.FormatInt(had[b.Customer], 10), strconv.FormatInt(b.Points, 10),
				fmt.Sprintf("%+d", changed(b))})
		}
		p.table("lrrr", table...)
	}
	list(after)
	p.say("Those whom the day changed most, up or down:")
	most := slices.Clone(after)
	slices.SortStableFunc(most, func(a, b balance) int { return cmp.Compare(max(changed(b), -changed(b)), max(changed(a), -changed(a))) })
	list(most)
}

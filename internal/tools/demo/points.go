package main

import (
	"cmp"
	"context"
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
func (s *store) balances(ctx context.Context) ([]balance, error) {
	return rows[balance](ctx, s, `SELECT customer_id, balance FROM points_balances ORDER BY balance DESC, customer_id`)
}

// checkBalances proves that every balance is the sum of its ledger lines.
func (s *store) checkBalances(ctx context.Context) error {
	wrong, err := rows[string](ctx, s, `SELECT b.customer_id FROM points_balances b WHERE b.balance <>
		(SELECT coalesce(sum(l.points), 0) FROM points_ledger l WHERE l.store_id = b.store_id AND l.customer_id = b.customer_id)`)
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("check the balances: %d are not the sum of their ledger lines, such as that of %s", len(wrong), wrong[0])
	}
	return err
}

// showBalances prints the top of the list.
func showBalances(p *page, all []balance) {
	table := [][]string{{"customer", "points"}}
	for _, b := range all[:min(topBalances, len(all))] {
		table = append(table, []string{b.Customer, strconv.FormatInt(b.Points, 10)})
	}
	p.table("lr", table...)
}

// showMoves prints the top of the list with what each had before, then who gained or lost most.
func showMoves(p *page, before, after []balance) {
	had := make(map[string]int64, len(before))
	for _, b := range before {
		had[b.Customer] = b.Points
	}
	moved := func(b balance) int64 { return b.Points - had[b.Customer] }
	list := func(all []balance) {
		table := [][]string{{"customer", "before", "after", "change"}}
		for _, b := range all[:min(topBalances, len(all))] {
			table = append(table, []string{b.Customer, strconv.FormatInt(had[b.Customer], 10), strconv.FormatInt(b.Points, 10),
				fmt.Sprintf("%+d", moved(b))})
		}
		p.table("lrrr", table...)
	}
	list(after)
	p.say("Those whom the day moved most, up or down:")
	most := slices.Clone(after)
	slices.SortStableFunc(most, func(a, b balance) int { return cmp.Compare(max(moved(b), -moved(b)), max(moved(a), -moved(a))) })
	list(most)
}

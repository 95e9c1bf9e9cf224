package blackbird

import (
	"context"
	"time"
)

// Preview is what a store's customers hold, as a report of a program shows it before the program is switched on.
type Preview struct {
	// Buyers is how many customers have an order that was sold since the beginning of the report, and Holding how many
	// of them hold points.
	Buyers  int64 `json:"buyers"`
	Holding int64 `json:"buyers_with_points"`
	// Balances are those above 0, the largest first.
	Balances []int64 `json:"-"`
}

// Preview visits the ledger's lines that count from a moment on, with their points and no order, and the orders that
// were sold since, each as one order without points; and reads what customers hold.
func (s *Store) Preview(
	ctx context.Context, from time.Time, visit func(at time.Time, orders, points int64),
) (found Preview, err error) {
	args := Args{"from": from}
	err = s.snapshot(ctx, func(q Queries) error {
		err := q.each(ctx, "preview_lines", args, 3, func(c *cells) error {
			at, orders := c.time(), c.number()
			visit(at, orders, c.number())
			return nil
		})
		if err != nil {
			return err
		}
		if err := q.Get(ctx, &found.Buyers, "preview_buyers", args); err != nil {
			return err
		}
		return q.each(ctx, "preview_balances", args, 2, func(c *cells) error {
			found.Balances = append(found.Balances, c.number())
			if c.isTrue() {
				found.Holding++
			}
			return nil
		})
	})
	return found, s.wrap("read preview", err)
}

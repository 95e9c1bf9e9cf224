package blackbird

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// PointsReport is what a store's points are, and how they came about.
type PointsReport struct {
	// Moved are sums of ledger lines, by the time at which they were written.
	Moved []model.PointsMoved
	Outstanding
	// Programs are the versions of the rules.
	Programs []Program
}

// Outstanding is what customers hold. Balances below zero are not taken off.
type Outstanding struct {
	Points             int64 `db:"points"               json:"outstanding"`
	Customers          int64 `db:"customers"            json:"customers"`
	BelowZero          int64 `db:"below_zero"           json:"below_zero"`
	CustomersBelowZero int64 `db:"customers_below_zero" json:"customers_below_zero"`
}

// PointsReport reads what the ledger and the balances add up to, all as of one moment.
func (s *Store) PointsReport(ctx context.Context) (r PointsReport, err error) {
	err = s.snapshot(ctx, func(q Queries) error {
		err := q.each(ctx, "points_moved", nil, 3, func(c *cells) error {
			r.Moved = append(r.Moved, model.PointsMoved{
				At: c.time(), Kind: model.LineKind(c.common()), Points: c.number(),
			})
			return nil
		})
		if err != nil {
			return err
		}
		if err = q.Get(ctx, &r.Outstanding, "points_outstanding", nil); err != nil {
			return err
		}
		r.Programs, err = s.programs(ctx, q)
		return err
	})
	return r, s.wrap("read points", err)
}

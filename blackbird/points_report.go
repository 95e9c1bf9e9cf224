package blackbird

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// PointsReport is what a store's points are, and how they came about.
type PointsReport struct {
	// Moved are sums of ledger lines, by the time at which they were written, or by part.
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

// PointsBy says what a report of points is by: PointsByTime, or a part of the points.
type PointsBy string

// What a report of points may be by.
const (
	PointsByTime     PointsBy = ""
	PointsByCustomer PointsBy = "customer"
	PointsByKind     PointsBy = "kind"
	PointsByLocation PointsBy = "location"
)

// PointsReport reads what the ledger and the balances add up to, all as of one moment. By a part, what moved before
// from and since then is told apart, and what was written at until or later is left out; neither counts where it is
// zero.
func (s *Store) PointsReport(ctx context.Context, by PointsBy, from, until time.Time) (r PointsReport, err error) {
	statement, args := "points_moved", Args(nil)
	if by != PointsByTime {
		statement, args = "points_moved_by", Args{"by": string(by), "from": from, "until": until}
		if until.IsZero() {
			args["until"] = endOfTime
		}
	}
	err = s.snapshot(ctx, func(q Queries) error {
		err := q.each(ctx, statement, args, 4, func(c *cells) error {
			r.Moved = append(r.Moved, model.PointsMoved{
				Part: c.text(), At: c.time(), Kind: model.LineKind(c.common()), Points: c.number(),
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

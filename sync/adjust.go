package sync

import (
	"context"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// Adjustment is points that a person gives, or takes where they are negative, as a ledger line that no recompute
// touches.
type Adjustment struct {
	Customer string
	Points   int64
	// Reason is kept in the ledger.
	Reason string
}

// RefusedError is the error of an adjustment that cannot be made.
type RefusedError struct{ Problem, HintText string }

func (e *RefusedError) Error() string { return e.Problem }

// Hint returns what to do instead.
func (e *RefusedError) Hint() string { return e.HintText }

// Adjust gives or takes points. It is a pass of its own over the points, which keeps the watermark. The error is a
// RefusedError where the store does not know the customer, or the balance would fall below 0.
func Adjust(ctx context.Context, env Env, dryRun bool, a Adjustment) (Result, error) {
	opts := DefaultOptions()
	opts.DryRun, opts.adjust = dryRun, true
	return makePass(ctx, env, opts, Points, func(r *run) (work, error) { return &adjustRun{run: r, adjustment: a}, nil })
}

// adjustRun is one adjustment at work.
type adjustRun struct {
	run        *run
	adjustment Adjustment
}

func (a *adjustRun) prepare(ctx context.Context) error {
	a.run.mode = a.run.opts.mode()
	account, err := a.run.session.Account(ctx, a.adjustment.Customer)
	switch {
	case err != nil:
		return err
	case !account.Known:
		return &RefusedError{
			Problem:  fmt.Sprintf("store %s has no customer with that id", a.run.env.Store.ID()),
			HintText: "give a customerid as BioTrack spells it; a new customer is there after `blackbirdctl sync customers`",
		}
	case account.Balance+a.adjustment.Points < 0 && a.adjustment.Points < 0:
		return &RefusedError{
			Problem:  fmt.Sprintf("the balance is %d: it would fall below 0", account.Balance),
			HintText: fmt.Sprintf("take at most %d", max(0, account.Balance)),
		}
	}
	return nil
}

func (a *adjustRun) execute(ctx context.Context) error {
	line := loyalty.AdjustmentLine(a.adjustment.Customer, a.adjustment.Points, a.adjustment.Reason, a.run.pass.ID)
	var totals ruleTotals
	totals.add(&line)
	a.run.totals = totals.all()
	return a.run.pass.MergeLines(ctx, []blackbird.Line{line}, blackbird.Counts{Read: 1, Inserted: 1})
}

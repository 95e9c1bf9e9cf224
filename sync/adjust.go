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

// Adjust gives or takes points. It is a pass of its own over the points, which leaves the watermark alone; the error is
// a RefusedError where the store does not know the customer, or the balance would fall below 0.
func Adjust(ctx context.Context, env Env, dryRun bool, a Adjustment) (Result, error) {
	opts := DefaultOptions()
	opts.DryRun = dryRun
	opts.adjust = true
	return perform(ctx, env, opts, StreamPoints, func(b base) work { return &adjustRun{base: b, of: a} })
}

// adjustRun is one adjustment at work.
type adjustRun struct {
	base
	of Adjustment
}

func (r *adjustRun) prepare(ctx context.Context) error {
	r.mode = ModeAdjust
	account, err := r.session.Account(ctx, r.of.Customer)
	switch {
	case err != nil:
		return err
	case !account.Known:
		return &RefusedError{
			Problem:  fmt.Sprintf("store %s has no customer with that id", r.Store.ID()),
			HintText: "give a customerid as BioTrack spells it; a new customer is there after `blackbirdctl sync customers`",
		}
	case account.Balance+r.of.Points < 0 && r.of.Points < 0:
		return &RefusedError{
			Problem:  fmt.Sprintf("the balance is %d: it would fall below 0", account.Balance),
			HintText: fmt.Sprintf("take at most %d", max(0, account.Balance)),
		}
	}
	return nil
}

func (r *adjustRun) execute(ctx context.Context) error {
	line := loyalty.AdjustmentLine(r.of.Customer, r.of.Points, r.of.Reason, r.pass.ID)
	var totals ruleTotals
	totals.add(&line)
	r.moved = totals.all()
	return r.pass.MergeLines(ctx, []blackbird.Line{line}, blackbird.Counts{Read: 1, Inserted: 1})
}

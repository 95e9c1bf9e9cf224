package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// Forget removes a customer's name, phone and e-mail from the store, for good: no later pass brings them back. It is a
// pass of its own over the customers, which keeps the watermark, and needs no Source. It holds the locks of the orders
// and points too. The error is a RefusedError where the store has no such customer.
func Forget(ctx context.Context, env Env, dryRun bool, customer string) (Result, error) {
	opts := DefaultOptions()
	opts.DryRun, opts.mode = dryRun, ModeForget
	for _, stream := range forgets {
		unlock, err := env.State.Lock(stream.Name)
		if err != nil {
			return Result{}, err
		}
		defer unlock()
	}
	return makePass(ctx, env, opts, Customers,
		func(r *run) (work, error) { return &forgetRun{run: r, customer: customer}, nil })
}

// forgets are the streams beside the customers whose rows name a person.
var forgets = []*Stream{Orders, Points}

// forgetRun forgets one customer.
type forgetRun struct {
	run      *run
	customer string
	naming   []blackbird.NamingLine
}

func (f *forgetRun) prepare(ctx context.Context) error {
	f.run.result.Mode = ModeForget
	for _, stream := range forgets {
		err := f.run.session.LockAlso(ctx, stream.Stream)
		if errors.Is(err, blackbird.ErrLocked) {
			return &checkpoint.LockedError{
				Stream: stream.Name, Owner: "it holds the lock in the Blackbird database", Err: err,
			}
		}
		if err != nil {
			return err
		}
	}
	kept, err := f.run.session.Kept(ctx, f.customer)
	f.naming = kept.Naming
	if err == nil && kept.Total == 0 {
		err = &RefusedError{
			Problem:  fmt.Sprintf("store %s has no customer with that id, nor an order of one", f.run.env.Store.ID()),
			HintText: "`blackbirdctl customers find TEXT` finds one by name, phone or e-mail",
		}
	}
	return err
}

func (f *forgetRun) execute(ctx context.Context) error {
	line := loyalty.AdjustmentLine(f.customer, 0, "removed on request", f.run.pass.ID, f.run.pass.StartedAt)
	return f.run.pass.Forget(ctx, f.customer, f.naming, line.Rule, line.Terms)
}

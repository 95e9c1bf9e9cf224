package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// Forget removes a customer's name, phone and e-mail from the store, for good: no later pass brings them back. It is a
// pass of its own over the customers, which keeps the watermark, and needs no Source. It holds the locks of the orders
// too. The error is a RefusedError where the store has no such customer.
func Forget(ctx context.Context, env Env, dryRun bool, customer string) (Result, error) {
	opts := DefaultOptions()
	opts.DryRun, opts.mode = dryRun, ModeForget
	unlock, err := env.State.Lock(Orders.Name)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	return makePass(ctx, env, opts, Customers,
		func(r *run) (work, error) { return &forgetRun{run: r, customer: customer}, nil })
}

// forgetRun forgets one customer.
type forgetRun struct {
	run      *run
	customer string
}

func (f *forgetRun) prepare(ctx context.Context) error {
	f.run.result.Mode = ModeForget
	err := f.run.session.LockAlso(ctx, blackbird.Orders)
	if errors.Is(err, blackbird.ErrLocked) {
		return &checkpoint.LockedError{
			Stream: Orders.Name, Owner: "it holds the lock in the Blackbird database", Err: err,
		}
	}
	if err != nil {
		return err
	}
	kept, err := f.run.session.Kept(ctx, f.customer)
	if err == nil && kept.Total == 0 {
		err = &RefusedError{
			Problem:  fmt.Sprintf("store %s has no customer with that id, nor an order of one", f.run.env.Store.ID()),
			HintText: "`blackbirdctl customers find TEXT` finds one by name, phone or e-mail",
		}
	}
	return err
}

func (f *forgetRun) execute(ctx context.Context) error { return f.run.pass.Forget(ctx, f.customer) }

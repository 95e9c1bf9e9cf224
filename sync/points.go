package sync

import (
	"context"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/crash"
)

// Points makes one pass over the loyalty ledger: it looks at the orders that passes over orders and customers have changed since the
// last one, and appends to the ledger what each is owed beyond what it was given. Its source is the store itself.
//
// A first pass looks at every order. So does a full one, which also lets today's rules stand in place of those that each order was
// awarded under.
func Points(ctx context.Context, env Env, opts Options) (Result, error) {
	return perform(ctx, env, opts, StreamPoints, func(b base) work { return &pointsRun{base: b} })
}

// pointsRun is one points pass at work.
type pointsRun struct {
	base
	span blackbird.Span

	// former is the pass up to which a verification expects the ledger to be true; negative for none.
	former int64
	// after is where the last orders that were looked at end.
	after string
	track track
}

func (r *pointsRun) prepare(ctx context.Context) error {
	w, err := r.State.Read(StreamPoints)
	if err != nil {
		return err
	}
	if w != nil {
		if err := checkStore(ctx, r.session, w); err != nil {
			return err
		}
	}
	// Which passes have ended is asked before the orders are read: a pass that begins after this is after the span.
	if r.span.Until, err = r.session.SettledPass(ctx); err != nil {
		return err
	}
	return r.plan(w)
}

// plan decides which orders to look at.
func (r *pointsRun) plan(w *Watermark) (err error) {
	if r.verify {
		return r.planVerify(w)
	}
	if r.aside() {
		r.mode = ModeBackfill
		return nil
	}
	switch {
	case w == nil:
		r.mode = ModeFirst
	case w.Unfinished != nil && (!r.Full || w.Unfinished.Mode == ModeFull):
		r.mode, r.resumed = w.Unfinished.Mode, true
		if r.after, err = w.Unfinished.lastKey(); err != nil {
			return err
		}
		r.span.Until, err = strconv.ParseInt(w.Unfinished.Next, 10, 64)
		return err
	default:
		r.mode = ModeIncremental
		r.span.Since, err = strconv.ParseInt(w.Position, 10, 64)
	}
	if r.Full {
		r.mode = ModeFull
	}
	return err
}

// planVerify compares all orders; those that passes have changed since the watermark are yet to be looked at.
func (r *pointsRun) planVerify(w *Watermark) (err error) {
	r.mode, r.former = r.asideMode(), -1
	if w != nil && w.Position != "" {
		r.former, err = strconv.ParseInt(w.Position, 10, 64)
	}
	return err
}

// pointsPage is how many orders are reckoned and merged at once: with their lines they take more room than rows in flight do.
const pointsPage = 2_500

func (r *pointsRun) execute(ctx context.Context) error {
	if err := r.session.Index(ctx); err != nil {
		return err
	}
	run := r.all
	if r.mode == ModeIncremental || r.mode == ModeBackfill {
		run = r.due
	}
	if err := run(ctx); err != nil {
		return err
	}
	if r.verify {
		return r.checkBalances(ctx)
	}
	return r.save(strconv.FormatInt(r.span.Until, 10), nil, r.pass.Counts.Read)
}

func (r *pointsRun) pageSize() int { return min(r.BatchSize, pointsPage) }

// due looks at the orders that changed.
func (r *pointsRun) due(ctx context.Context) error {
	r.step(stepChanges, 0)
	due, err := r.stage(ctx)
	if err != nil {
		return err
	}
	r.step(stepReckon, due)
	for {
		orders, err := r.session.DuePage(ctx, r.after, r.pageSize())
		if err != nil || len(orders) == 0 {
			return err
		}
		r.after = orders[len(orders)-1].ID
		if err := r.settle(ctx, orders); err != nil {
			return err
		}
	}
}

// stage lists the orders to look at: those that changed, or that a person named.
func (r *pointsRun) stage(ctx context.Context) (due int64, err error) {
	if r.mode == ModeBackfill {
		r.absent, err = r.session.StageSelected(ctx, r.Only.IDs, r.Only.Customers)
		return 0, err
	}
	return r.session.StageDue(ctx, r.span)
}

// ledgerPage is some orders on their way to be reckoned.
type ledgerPage struct {
	number int
	orders []blackbird.LedgerOrder
}

// all looks at every order. While some are being reckoned and merged the next are read.
func (r *pointsRun) all(ctx context.Context) error {
	r.step(stepReckon, r.expected(ctx))
	pages := make(chan ledgerPage)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(pages)
		number := 0
		return r.session.Ledger(ctx, r.after, r.pageSize(), func(orders []blackbird.LedgerOrder) error {
			number++
			return send(ctx, pages, ledgerPage{number: number - 1, orders: orders})
		})
	})
	for range r.Store.Writers() {
		group.Go(func() error { return r.work(ctx, pages) })
	}
	return group.Wait()
}

// work takes page after page until there are no more. The watermark moves over gapless runs of merged pages alone.
func (r *pointsRun) work(ctx context.Context, pages <-chan ledgerPage) error {
	for page := range pages {
		if err := r.settle(ctx, page.orders); err != nil {
			return err
		}
		crash.Here("points merged")
		done := stretch{last: page.orders[len(page.orders)-1].ID, rows: int64(len(page.orders))}
		err := r.track.arrive(page.number, done, func(last string, rows int64) error {
			return r.save("", unfinished(r.mode, strconv.FormatInt(r.span.Until, 10), last), rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// underTodaysRules tells whether orders that were awarded before are reckoned anew.
func (r *pointsRun) underTodaysRules() bool {
	return r.mode == ModeFull || r.mode == ModeBackfill && r.Full
}

// settle appends to the ledger what the orders are owed.
func (r *pointsRun) settle(ctx context.Context, orders []blackbird.LedgerOrder) error {
	lines := make([]blackbird.Line, 0, len(orders))
	counts := blackbird.Counts{Read: int64(len(orders))}
	for i := range orders {
		added := settleOrder(&orders[i], r.Rules, r.underTodaysRules())
		switch {
		case len(added) == 0:
			counts.Unchanged++
		case r.found != nil:
			r.found.add(ledgerDifference(&orders[i]))
		}
		lines = append(lines, added...)
	}
	counts.Inserted = int64(len(lines))
	err := r.pass.MergeLines(ctx, lines, counts)
	if err == nil {
		r.advance(len(orders))
	}
	return err
}

// ledgerDifference says of an order that the ledger does not hold what it is owed.
func ledgerDifference(o *blackbird.LedgerOrder) blackbird.Difference {
	if len(o.Lines) == 0 {
		return blackbird.Difference{Key: o.ID, Kind: blackbird.Missing}
	}
	return blackbird.Difference{Key: o.ID, Kind: blackbird.Differs, Fields: []string{"points"}}
}

// checkBalances compares the balances with the ledger, when the orders that are yet to be looked at have been forgiven.
func (r *pointsRun) checkBalances(ctx context.Context) error {
	if r.DryRun && r.former >= 0 {
		if err := r.forgive(ctx); err != nil {
			return err
		}
	}
	return r.pass.CheckBalances(ctx, mostFindings)
}

// forgive takes out of the findings the orders that passes over orders and customers have changed since the last points pass.
func (r *pointsRun) forgive(ctx context.Context) error {
	due, err := r.session.ChangedSince(ctx, r.former, r.found.names())
	if err != nil {
		return err
	}
	newer := make(map[string]bool, len(due))
	for _, id := range due {
		newer[id] = true
	}
	r.found.forgive(func(d blackbird.Difference) bool { return newer[d.Key] })
	return nil
}

package sync

import (
	"context"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
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
	span  blackbird.Span
	after string
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

// pointsPage is how many orders are reckoned and merged at once: with their lines they take more room than rows in flight do.
const pointsPage = 2_500

func (r *pointsRun) execute(ctx context.Context) error {
	all := r.mode != ModeIncremental
	if !all {
		if _, err := r.session.StageDue(ctx, r.span); err != nil {
			return err
		}
	}
	for {
		page, err := r.session.LedgerPage(ctx, r.after, min(r.BatchSize, pointsPage), all)
		if err != nil {
			return err
		}
		if len(page.Orders) == 0 {
			return r.save(strconv.FormatInt(r.span.Until, 10), nil, r.pass.Counts.Read)
		}
		if err := r.settle(ctx, page); err != nil {
			return err
		}
		r.after = page.Orders[len(page.Orders)-1].ID
		if all {
			if err := r.save("", unfinished(r.mode, strconv.FormatInt(r.span.Until, 10), r.after), r.pass.Counts.Read); err != nil {
				return err
			}
		}
	}
}

// settle appends to the ledger what the page's orders are owed.
func (r *pointsRun) settle(ctx context.Context, page blackbird.LedgerPage) error {
	books := openBooks(page.Lines)
	var lines []blackbird.Line
	counts := blackbird.Counts{Read: int64(len(page.Orders))}
	for i := range page.Orders {
		added := books.settle(&page.Orders[i], r.Rules, r.mode == ModeFull)
		if len(added) == 0 {
			counts.Unchanged++
		}
		lines = append(lines, added...)
	}
	counts.Inserted = int64(len(lines))
	return r.pass.MergeLines(ctx, lines, counts)
}

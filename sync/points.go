package sync

import (
	"context"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// Points makes one pass over the loyalty ledger: it reads the orders that passes over orders and customers have changed
// since the last one, and appends the lines that the ledger lacks of them, as package loyalty calculates them. Then
// come enrollments and expiries. Its source is the store itself.
//
// A first pass reads every order. So does a full one, which also applies today's rules to orders that were awarded
// under earlier ones.
func Points(ctx context.Context, env Env, opts Options) (Result, error) {
	return perform(ctx, env, opts, StreamPoints, func(b base) work { return &pointsRun{base: b} })
}

// pointsRun is one points pass at work.
type pointsRun struct {
	base
	span blackbird.Span

	// totals are what the pass has moved, by rule.
	totals ruleTotals
	// former is the pass of the watermark, up to which a verification expects the ledger to be complete; negative for
	// none.
	former int64
	// formerAt is when that watermark was written, zero for none.
	formerAt time.Time
	rules    *loyalty.Rules
	// history is of the customer whose orders are being calculated.
	customer string
	history  *loyalty.History
	// after is the customer up to whom an interrupted pass has calculated all orders, empty for none.
	after string
	track track
}

func (r *pointsRun) prepare(ctx context.Context) error {
	r.rules = r.Rules.Ready()
	w, err := ReadWatermark(r.State, StreamPoints)
	if err != nil {
		return err
	}
	if w != nil {
		if err := checkStore(ctx, r.session, w); err != nil {
			return err
		}
	}
	// Asked before the orders are read: a pass that ends later is for the next span.
	if r.span.Until, err = r.session.SettledPass(ctx); err != nil {
		return err
	}
	return r.plan(w)
}

// plan decides which orders to look at.
func (r *pointsRun) plan(w *checkpoint.Watermark) (err error) {
	switch {
	case r.verify:
		// All orders are compared. Those that passes have changed since the watermark are left to the next pass.
		r.mode, r.former = r.asideMode(), -1
		if w != nil && w.Position != "" {
			r.formerAt = w.SavedAt
			r.former, err = strconv.ParseInt(w.Position, 10, 64)
		}
	case r.aside():
		r.mode, r.span = ModeBackfill, blackbird.Span{}
	case w != nil && w.Unfinished != nil && (!r.Full || w.Unfinished.Mode == string(ModeFull)):
		r.mode, r.resumed = Mode(w.Unfinished.Mode), true
		last, err := w.Unfinished.Key()
		if err != nil {
			return err
		}
		r.after = strings.TrimPrefix(last, doneCustomer)
		if r.after == last {
			r.after, r.resumed = "", false
		}
		r.span.Until, err = strconv.ParseInt(w.Unfinished.Next, 10, 64)
		return err
	case r.Full:
		r.mode = ModeFull
	case w == nil:
		r.mode = ModeFirst
	default:
		r.mode = ModeIncremental
		r.span.Since, err = strconv.ParseInt(w.Position, 10, 64)
	}
	return err
}

// pointsPage bounds the orders of a page: with their lines they take more memory than other rows.
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
	if r.rules.Enrollment.Points > 0 && len(r.Only.IDs) == 0 {
		if err := r.enroll(ctx); err != nil {
			return err
		}
	}
	if r.rules.ExpireAfterDays > 0 {
		if err := r.expire(ctx); err != nil {
			return err
		}
	}
	r.moved = r.totals.all()
	if r.verify {
		return r.checkBalances(ctx)
	}
	return r.save(strconv.FormatInt(r.span.Until, 10), nil, r.pass.Counts.Read)
}

func (r *pointsRun) pageSize() int { return min(r.BatchSize, pointsPage) }

// due calculates the orders that changed, or that a person named.
func (r *pointsRun) due(ctx context.Context) error {
	r.step(stepChanges, 0)
	n, absent, err := r.session.StageDue(ctx, blackbird.Due{
		Span: r.span, Orders: r.Only.IDs, Customers: r.Only.Customers, Whole: r.rules.NeedsHistory(),
	})
	if err != nil {
		return err
	}
	r.absent = absent
	r.step(stepCalculate, n)
	for after := (*blackbird.LedgerOrder)(nil); ; {
		orders, err := r.session.DuePage(ctx, after, r.pageSize())
		if err != nil || len(orders) == 0 {
			return err
		}
		after = &orders[len(orders)-1]
		if err := r.merge(ctx, r.calculate(orders)); err != nil {
			return err
		}
	}
}

// calculated are the lines that the ledger lacks of a page of orders.
type calculated struct {
	number int
	lines  []blackbird.Line
	counts blackbird.Counts
	// done is the last customer of whom all orders have been calculated, empty for none that is new.
	done string
}

// all calculates every order. One page is merged while the next is calculated and the one after it read.
func (r *pointsRun) all(ctx context.Context) error {
	r.step(stepCalculate, r.expected(ctx))
	pages, results := make(chan blackbird.LedgerPage), make(chan calculated)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(pages)
		return r.session.Ledger(ctx, r.after, r.pageSize(), func(page blackbird.LedgerPage) error {
			return send(ctx, pages, page)
		})
	})
	group.Go(func() error {
		defer close(results)
		number := 0
		for page := range pages {
			result := r.calculate(page.Orders)
			result.number, result.done = number, page.Done
			number++
			if err := send(ctx, results, result); err != nil {
				return err
			}
		}
		return nil
	})
	for range r.Store.Writers() {
		group.Go(func() error { return r.work(ctx, results) })
	}
	return group.Wait()
}

// work merges calculated pages until there are no more. The watermark moves over gapless runs of merged pages alone.
func (r *pointsRun) work(ctx context.Context, results <-chan calculated) error {
	for result := range results {
		if err := r.merge(ctx, result); err != nil {
			return err
		}
		crash.Here("points merged")
		done := stretch{last: result.done, rows: result.counts.Read}
		err := r.track.arrive(result.number, done, func(last string, rows int64) error {
			if last == "" {
				return nil
			}
			rest := checkpoint.NewUnfinished(string(r.mode), strconv.FormatInt(r.span.Until, 10), doneCustomer+last)
			return r.save("", rest, rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// doneCustomer marks a last key that is a customer: an earlier program kept an order's id there.
const doneCustomer = "customer:"

// rejudges reports whether orders that were awarded before get the terms of today's rules.
func (r *pointsRun) rejudges() bool {
	return r.mode == ModeFull || r.mode == ModeBackfill && r.Full
}

// calculate returns the lines that the ledger lacks of a page of orders. They come customer by customer; the next page
// may go on with the last customer.
func (r *pointsRun) calculate(orders []blackbird.LedgerOrder) (result calculated) {
	result.lines = make([]blackbird.Line, 0, len(orders))
	result.counts.Read = int64(len(orders))
	for i := range orders {
		o := loyalty.Order(orders[i])
		if r.history == nil || o.CustomerID != r.customer {
			r.history, r.customer = loyalty.NewHistory(r.rules), o.CustomerID
		}
		added := r.history.Lines(&o, r.rejudges())
		for i := range added {
			r.totals.add(&added[i])
		}
		switch {
		case len(added) == 0:
			result.counts.Unchanged++
		case r.found != nil && len(o.Lines) == 0:
			r.found.add(blackbird.Difference{Key: o.ID, Kind: blackbird.Missing})
		case r.found != nil:
			r.found.add(blackbird.Difference{Key: o.ID, Kind: blackbird.Differs, Fields: []string{"points"}})
		}
		result.lines = append(result.lines, added...)
	}
	result.counts.Inserted = int64(len(result.lines))
	return result
}

// merge appends lines to the ledger.
func (r *pointsRun) merge(ctx context.Context, result calculated) error {
	if result.counts.Read == 0 {
		return nil
	}
	err := r.pass.MergeLines(ctx, result.lines, result.counts)
	if err == nil {
		r.advance(int(result.counts.Read))
	}
	return err
}

// checkBalances compares the balances with the ledger. A verification that writes nothing first drops the findings
// about orders that passes over orders and customers have changed since the last points pass.
func (r *pointsRun) checkBalances(ctx context.Context) error {
	if r.DryRun && r.former >= 0 {
		changed, err := r.session.ChangedSince(ctx, r.former, r.found.names())
		if err != nil {
			return err
		}
		newer := make(map[string]bool, len(changed))
		for _, id := range changed {
			newer[id] = true
		}
		r.found.forgive(func(d blackbird.Difference) bool { return newer[d.Key] })
	}
	return r.pass.CheckBalances(ctx, mostFindings)
}

package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// pointsRun is a pass over the loyalty ledger: it reads the orders that passes over orders and customers have changed
// since the last one, and appends the lines that the ledger lacks, as package loyalty calculates them. Then come
// enrollments and expiries. A first pass reads every order. So does a full one, which also applies today's rules to
// orders that were awarded under earlier ones.
//
// While every order is calculated, the history and the totals belong to the goroutine that calculates.
type pointsRun struct {
	run  *run
	span blackbird.Span
	// totals are what the pass has moved, by rule.
	totals ruleTotals
	// former is the pass up to which a verification expects the ledger to be complete, negative for none.
	former int64
	rules  *loyalty.Rules
	// present is the till's clock when orders were last brought over; zero where they never were. formerPresent is that
	// of the watermark, zero for none.
	present, formerPresent time.Time
	// balances is nil where no balance need be looked at. allBalances says that all are, and not only those of
	// customers of whom something has changed.
	balances    *loyalty.Balances
	allBalances bool
	// versions are those of the store's rules, with today's. The store has the first kept ones of them.
	versions loyalty.Versions
	kept     int
	// newRules says that some of them no pass has gone by yet that has ended.
	newRules bool
	guard    pointsGuard
	// enrolled are the customers whose enrollment the pass has looked at and who have points for it: this pass gave
	// them, or one that was cut off, and they may have expired long ago.
	enrolled []string
	// loose are lines that belong to no order and wait to be merged.
	loose []model.LedgerLine
	// noted are lines that a verification found the ledger to lack.
	noted []notedLine
	// history is of the customers whose orders are being calculated.
	history *loyalty.History
	// after is the customer up to whom an interrupted pass has calculated all orders, empty for none.
	after string
}

func (p *pointsRun) prepare(ctx context.Context) error {
	r := p.run
	p.rules = &r.opts.Rules
	r.opts.BatchSize = min(r.opts.BatchSize, pointsPage)
	w, err := r.stream.ReadWatermark(r.env.State)
	if err != nil {
		return err
	}
	if w != nil {
		if err := r.checkStore(ctx, w); err != nil {
			return err
		}
	}
	// Asked before the orders are read: a pass that ends later is for the next span.
	if p.span.Until, err = r.session.SettledPass(ctx); err != nil {
		return err
	}
	if err := p.plan(w); err != nil {
		return err
	}
	if err := p.readVersions(ctx, w); err != nil {
		return err
	}
	if err := p.planBalances(ctx, w); err != nil {
		return err
	}
	return p.planGuard(ctx, w)
}

// readVersions reads the versions of the rules, and adds today's rules as a new one where they differ. A mistake in the
// rules that was refused must not count as a time under other rules.
func (p *pointsRun) readVersions(ctx context.Context, w *checkpoint.Watermark) error {
	r := p.run
	programs, err := r.session.Programs(ctx)
	if err != nil {
		return err
	}
	if p.present, err = r.session.Present(ctx); err != nil {
		return err
	}
	present := p.present
	if present.IsZero() {
		present = r.env.Store.Now()
	}
	versions, err := parseVersions(programs)
	if err != nil {
		return err
	}
	for i := range versions {
		versions[i].Unused = programs[i].FirstPassFailed && w != nil && versions[i].FirstPass > w.Pass.ID
	}
	p.versions, p.kept = versions.With(p.rules, present), len(versions)
	p.newRules = w != nil && len(p.versions.SeenBy(w.Pass.ID)) < len(p.versions)
	p.history = loyalty.NewHistory(p.versions, present)
	if len(p.versions) > p.kept && r.result.Mode == ModeFull {
		// What an interrupted pass has judged by earlier rules is judged by these.
		p.after, r.result.Resumed = "", false
	}
	return nil
}

// parseVersions returns the versions of the rules that a store keeps.
func parseVersions(programs []blackbird.Program) (loyalty.Versions, error) {
	versions := make(loyalty.Versions, len(programs))
	for i := range programs {
		version := &programs[i]
		rules, err := loyalty.ParseRules(string(version.Rules))
		if err != nil {
			return nil, fmt.Errorf("read version %d of the loyalty rules: %w", version.Version, err)
		}
		versions[i] = loyalty.Version{Number: version.Version, From: version.EffectiveFrom.Time, Rules: rules,
			FirstPass: version.FirstPassID, FullPass: version.FullPassID}
	}
	return versions, nil
}

// keepVersions adds to the store's versions those that it lacks.
func (p *pointsRun) keepVersions(ctx context.Context) error {
	for i := range p.versions[p.kept:] {
		v := &p.versions[p.kept+i]
		err := p.run.pass.AddProgram(ctx, &blackbird.Program{
			Version: v.Number, EffectiveFrom: blackbird.UTCTime{Time: v.From},
			Rules: blackbird.JSONText(v.Rules.JSON()),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plan decides which orders to calculate.
func (p *pointsRun) plan(w *checkpoint.Watermark) (err error) {
	r := p.run
	switch {
	case r.opts.verifies():
		// All orders are compared. Those that passes have changed since the watermark are left to the next pass.
		r.result.Mode, p.former = r.opts.mode, -1
		if w != nil && w.Position != "" {
			p.former, err = strconv.ParseInt(w.Position, 10, 64)
		}
	case r.opts.keepsWatermark():
		r.result.Mode, p.span = ModeBackfill, blackbird.Span{}
	case w != nil && w.Unfinished != nil && (!r.opts.Full || w.Unfinished.Mode == string(ModeFull)):
		r.result.Mode, r.result.Resumed = Mode(w.Unfinished.Mode), true
		last, err := w.Unfinished.Key()
		if err != nil {
			return err
		}
		p.after = strings.TrimPrefix(last, doneCustomer)
		if p.after == last {
			p.after, r.result.Resumed = "", false
		}
		p.span.Until, err = strconv.ParseInt(w.Unfinished.Next, 10, 64)
		return err
	case r.opts.Full:
		r.result.Mode = ModeFull
	case w == nil:
		r.result.Mode = ModeFirst
	default:
		r.result.Mode = ModeIncremental
		p.span.Since, err = strconv.ParseInt(w.Position, 10, 64)
	}
	return err
}

// pointsPage bounds the orders of a page: with their lines they take more memory than other rows.
const pointsPage = 2_500

func (p *pointsRun) execute(ctx context.Context) error {
	r := p.run
	if err := r.pass.BuildIndexes(ctx); err != nil {
		return err
	}
	if err := p.keepVersions(ctx); err != nil {
		return err
	}
	calculate := p.calculateAll
	if r.result.Mode == ModeIncremental || r.result.Mode == ModeBackfill {
		calculate = p.calculateDue
	}
	if err := calculate(ctx); err != nil {
		return err
	}
	if r.opts.verifies() {
		if err := p.takeUnknown(ctx); err != nil {
			return err
		}
	}
	if p.versions.Enroll() && len(r.opts.Only.IDs) == 0 {
		if err := p.enroll(ctx); err != nil {
			return err
		}
	}
	if p.balances != nil {
		if err := p.settleBalances(ctx); err != nil {
			return err
		}
	}
	r.result.Moves, r.result.PointsMoved = p.totals.all(), &p.totals.moved
	if err := p.settle(ctx); err != nil {
		return err
	}
	if r.opts.verifies() {
		return p.verified(ctx)
	}
	// A pass that was cut off may have judged orders anew that this one has not seen.
	if today, rejudged := p.history.Rejudged(); r.result.Mode == ModeFull && (rejudged || r.result.Resumed) {
		if err := r.pass.JudgedAll(ctx, today); err != nil {
			return err
		}
	}
	r.watermark.Present = p.present
	return r.save(strconv.FormatInt(p.span.Until, 10), nil, r.pass.Counts.Read)
}

// verified ends a verification: it checks the balances, once what the next pass is for is no finding.
func (p *pointsRun) verified(ctx context.Context) error {
	r := p.run
	if r.opts.DryRun && p.former >= 0 {
		// The next pass is for the orders that passes have changed since the last one.
		changed, err := r.session.ChangedSince(ctx, p.former, r.findings.names())
		if err != nil {
			return err
		}
		pending := setOf(changed)
		r.findings.exclude(func(d *blackbird.Difference) bool { return pending[d.Row()] })
		if err := r.checkPending(); err != nil {
			return err
		}
	}
	r.step("checking balances", 0)
	return r.pass.CheckBalances(ctx, maxFindings, p.lacking())
}

// calculateDue calculates the orders that changed, or that the user selected.
func (p *pointsRun) calculateDue(ctx context.Context) error {
	r := p.run
	r.step("looking for changes", 0)
	n, absent, err := r.session.StageDue(ctx, blackbird.Due{
		Span: p.span, Orders: r.opts.Only.IDs, Customers: r.opts.Only.Customers, Whole: p.versions.NeedsHistory(),
	})
	if err != nil {
		return err
	}
	r.result.Absent = absent
	r.step("calculating", n)
	for after := (*model.LedgerOrder)(nil); ; {
		orders, err := r.session.DuePage(ctx, after, r.opts.BatchSize)
		if err != nil || len(orders) == 0 {
			return err
		}
		after = &orders[len(orders)-1]
		if err := p.readRefunds(ctx, orders); err != nil {
			return err
		}
		if err := p.merge(ctx, p.calculate(orders)); err != nil {
			return err
		}
	}
}

// readRefunds reads when a page of orders was refunded, where that counts for the orders that came after.
func (p *pointsRun) readRefunds(ctx context.Context, orders []model.LedgerOrder) error {
	if !p.versions.NeedsHistory() {
		return nil
	}
	return p.run.session.ReadRefunds(ctx, orders)
}

// calculated are the lines that the ledger lacks of a page of orders.
type calculated struct {
	number int
	lines  []model.LedgerLine
	counts blackbird.Counts
	// done is the last customer of whom all orders have been calculated, empty for none that is new.
	done string
}

// calculateAll calculates every order. One page is merged while the next is calculated and the one after it read.
func (p *pointsRun) calculateAll(ctx context.Context) error {
	r := p.run
	var expected int64
	if r.env.Progress != nil {
		// An error is not worth the pass: the progress shows no total.
		expected, _ = r.session.CountOrders(ctx, p.after)
	}
	r.step("calculating", expected)
	var progress mergeProgress
	pages, results := make(chan blackbird.LedgerPage), make(chan calculated)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(pages)
		return r.session.Ledger(ctx, p.after, r.opts.BatchSize, func(page blackbird.LedgerPage) error {
			if err := p.readRefunds(ctx, page.Orders); err != nil {
				return err
			}
			return send(ctx, pages, page)
		})
	})
	group.Go(func() error {
		defer close(results)
		return p.calculatePages(ctx, pages, results)
	})
	writers := r.env.Store.Writers()
	if p.guard.bounds || p.guard.stages {
		// Only one merge at a time may stage lines.
		writers = 1
	}
	for range writers {
		group.Go(func() error { return p.mergePages(ctx, results, &progress) })
	}
	return group.Wait()
}

// mostIdle bounds the orders that one merge counts where none of them lacks a line.
const mostIdle = 10 * pointsPage

// calculatePages calculates pages until there are no more. Those that lack no line wait for the next that does: a merge
// is a transaction that waits for the store's disk, and so does the watermark after it.
func (p *pointsRun) calculatePages(ctx context.Context, pages <-chan blackbird.LedgerPage, to chan<- calculated) error {
	var waiting calculated
	hand := func(result calculated) error {
		waiting = calculated{number: result.number + 1}
		return send(ctx, to, result)
	}
	for page := range pages {
		result := p.calculate(page.Orders)
		result.counts.Add(waiting.counts)
		result.number, result.done = waiting.number, cmp.Or(page.Done, waiting.done)
		if waiting = result; len(result.lines) > 0 || result.counts.Read >= mostIdle {
			if err := hand(result); err != nil {
				return err
			}
		}
	}
	return hand(waiting)
}

// mergePages merges calculated pages until there are no more.
func (p *pointsRun) mergePages(ctx context.Context, results <-chan calculated, progress *mergeProgress) error {
	for result := range results {
		if err := p.merge(ctx, result); err != nil {
			return err
		}
		crash.Here("points merged")
		end := pageEnd{last: result.done, rows: result.counts.Read}
		err := progress.pageDone(result.number, end, func(last string, rows int64) error {
			if last == "" || p.guard.staged > 0 {
				// Staged lines do not outlive the pass: another one begins before them.
				return nil
			}
			next := strconv.FormatInt(p.span.Until, 10)
			return p.run.save("", checkpoint.NewUnfinished(string(p.run.result.Mode), next, doneCustomer+last), rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// doneCustomer marks a last key that is a customer: an earlier program kept an order's id there.
const doneCustomer = "customer:"

// rejudge says which orders that were judged before get the terms of today's rules.
func (p *pointsRun) rejudge() loyalty.Rejudge {
	switch {
	case p.run.result.Mode == ModeFull:
		return loyalty.RejudgeAll
	case p.run.result.Mode == ModeBackfill && p.run.opts.Full:
		return loyalty.RejudgeNamed
	}
	return loyalty.RejudgeNone
}

// calculate returns the lines that the ledger lacks of a page of orders. They come customer by customer; the next page
// may continue with the last customer.
func (p *pointsRun) calculate(orders []model.LedgerOrder) (result calculated) {
	result.lines = make([]model.LedgerLine, 0, len(orders))
	result.counts.Read = int64(len(orders))
	for i := range orders {
		o := &orders[i]
		added := p.history.Lines(o, p.rejudge())
		if p.history.Damaged() {
			p.run.findings.add(blackbird.Difference{Key: o.ID, Location: o.LocationID, Kind: blackbird.TermsDamaged,
				Fields: []string{"terms"}, Derived: true})
		}
		for i := range added {
			p.totals.add(&added[i])
			p.note(&added[i])
		}
		found := blackbird.Difference{Key: o.ID, Location: o.LocationID, Kind: blackbird.Missing}
		switch {
		case len(added) == 0:
			result.counts.Unchanged++
		case !slices.ContainsFunc(added, func(l model.LedgerLine) bool { return l.Points != 0 }):
			// A line of 0 keeps terms, and moves nothing.
		case len(o.Lines) == 0:
			p.run.findings.add(found)
		default:
			found.Kind, found.Fields = blackbird.Differs, []string{"points"}
			p.run.findings.add(found)
		}
		result.lines = append(result.lines, added...)
	}
	return result
}

// merge appends lines to the ledger.
func (p *pointsRun) merge(ctx context.Context, result calculated) error {
	if result.counts.Read == 0 {
		return nil
	}
	err := p.append(ctx, result.lines, result.counts)
	if err == nil {
		p.run.advance(int(result.counts.Read))
	}
	return err
}

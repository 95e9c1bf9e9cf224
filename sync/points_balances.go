package sync

import (
	"context"
	"math"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// planBalances decides up to which present balances expire, under which versions of the rules, and whose are looked at.
func (p *pointsRun) planBalances(ctx context.Context, w *checkpoint.Watermark) (err error) {
	r := p.run
	if p.present.IsZero() {
		return nil
	}
	present, versions := p.present, p.versions
	p.allBalances = r.result.Mode != ModeIncremental && r.result.Mode != ModeBackfill
	if w != nil && w.Position != "" && !w.Present.IsZero() {
		p.formerPresent = w.Present
		if r.opts.verifies() {
			// What has expired or was changed by new rules since the last pass is for the next one.
			present, versions = w.Present, versions.SeenBy(w.Pass.ID)
		}
	}
	if r.result.Mode == ModeIncremental {
		p.allBalances = p.formerPresent.IsZero() || present.Before(p.formerPresent) ||
			p.newRules ||
			versions.At(present).Number != versions.At(p.formerPresent).Number
	}
	balances := versions.Balances(present)
	looks := !balances.Empty()
	if !looks && p.allBalances {
		looks, err = r.session.HasDerivedLines(ctx)
	}
	if looks {
		p.balances = balances
	}
	return err
}

// settleBalances appends the lines that the ledger lacks of expiries and write-offs.
func (p *pointsRun) settleBalances(ctx context.Context) error {
	r := p.run
	r.step("looking for expiries", 0)
	pending, err := p.pendingBalances(ctx)
	if err != nil {
		return err
	}
	if !p.allBalances {
		due := blackbird.DueBalances{Since: p.span.Since, Customers: p.enrolled}
		if cutoff, some := p.balances.ExpiryCutoff(p.formerPresent); some {
			due.Inactive = cutoff
		}
		if err := r.session.StageBalances(ctx, due); err != nil {
			return err
		}
	}
	err = r.session.BalanceEvents(ctx, !p.allBalances, func(events []model.BalanceEvent) (err error) {
		if pending[events[0].CustomerID] {
			return nil
		}
		var refunded []model.LedgerOrder
		if p.balances.MayWriteOff(events) {
			if refunded, err = r.session.RefundedOrders(ctx, events[0].CustomerID); err != nil {
				return err
			}
		}
		return p.mergeLoose(ctx, pointsPage, p.balances.Lines(events, refunded)...)
	})
	if err != nil {
		return err
	}
	return p.mergeLoose(ctx, 1)
}

// pendingBalances returns the customers whose balances the next pass looks at, since orders or points of theirs have
// changed after the last one: a verification leaves them to it.
func (p *pointsRun) pendingBalances(ctx context.Context) (map[string]bool, error) {
	r := p.run
	if !r.opts.verifies() || !r.opts.DryRun || p.former < 0 {
		return nil, nil
	}
	changed := blackbird.Due{Span: blackbird.Span{Since: p.former, Until: math.MaxInt64}}
	if _, _, err := r.session.StageDue(ctx, changed); err != nil {
		return nil, err
	}
	if err := r.session.StageBalances(ctx, blackbird.DueBalances{Since: p.former}); err != nil {
		return nil, err
	}
	pending := make(map[string]bool)
	for after := ""; ; {
		customers, err := r.session.DueCustomers(ctx, after)
		if err != nil || len(customers) == 0 {
			return pending, err
		}
		for _, customer := range customers {
			pending[customer], after = true, customer
		}
	}
}

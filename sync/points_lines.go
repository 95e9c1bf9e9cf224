package sync

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// enroll appends the lines that the ledger lacks of customers' enrollments: of those whom the span concerns, or of all.
// Those who get some for the first time, and of whose person there is another id, wait until all are known: of a person
// the first customer is enrolled.
func (p *pointsRun) enroll(ctx context.Context) error {
	r := p.run
	r.step("enrolling", 0)
	span, err := p.enrollmentSpan(ctx)
	if err != nil {
		return err
	}
	pending, err := p.pendingBalances(ctx)
	if err != nil {
		return err
	}
	var persons *loyalty.Persons
	var waiting []model.EnrollmentCandidate
	linesOf := func(c *model.EnrollmentCandidate) []model.LedgerLine {
		return p.versions.EnrollmentLines(c, p.rejudge() != loyalty.RejudgeNone, p.present)
	}
	err = r.session.EnrollmentCandidates(ctx, span, func(c *model.EnrollmentCandidate) error {
		named := r.opts.Only.Customers
		if len(named) > 0 && !slices.Contains(named, c.CustomerID) || pending[c.CustomerID] ||
			r.opts.verifies() && r.opts.DryRun && p.former >= 0 && c.ChangedBy > p.former {
			return nil
		}
		lines := linesOf(c)
		if !p.allBalances && (len(lines) > 0 || c.Held != 0) {
			p.enrolled = append(p.enrolled, c.CustomerID)
		}
		isNew := len(lines) > 0 && c.Held == 0
		if isNew && persons == nil {
			namesakes, err := r.session.Namesakes(ctx)
			if err != nil {
				return err
			}
			persons = loyalty.NewPersons(namesakes)
		}
		if isNew && persons.Several(c.CustomerID) {
			waiting = append(waiting, *c)
			return nil
		}
		return p.mergeLoose(ctx, pointsPage, lines...)
	})
	if err != nil {
		return err
	}
	return p.mergeLoose(ctx, 1, persons.Enroll(waiting, linesOf)...)
}

// enrollmentSpan returns the passes that say whose enrollments are looked at: under new rules everybody's, for they may
// be in force since a day before.
func (p *pointsRun) enrollmentSpan(ctx context.Context) (blackbird.Span, error) {
	switch {
	case p.run.result.Mode == ModeIncremental && !p.newRules:
		return p.span, p.run.session.StageBalances(ctx, blackbird.DueBalances{Since: p.span.Since})
	case p.run.opts.verifies() && p.former >= 0:
		return blackbird.Span{Until: p.former}, nil
	case p.run.opts.keepsWatermark():
		return blackbird.Span{Until: math.MaxInt64}, nil
	}
	return blackbird.Span{Until: p.span.Until}, nil
}

// mergeLoose adds lines that belong to no order, and merges them once there are at least so many.
func (p *pointsRun) mergeLoose(ctx context.Context, enough int, lines ...model.LedgerLine) error {
	if p.loose = append(p.loose, lines...); len(p.loose) < enough {
		return nil
	}
	for i := range p.loose {
		line := &p.loose[i]
		p.totals.add(line)
		kind := blackbird.Differs
		if line.Revision == 1 {
			kind = blackbird.Missing
		}
		p.note(line)
		p.run.findings.add(blackbird.Difference{Key: line.Label(), Kind: kind, Fields: []string{"points"},
			Derived: true})
	}
	err := p.append(ctx, p.loose, blackbird.Counts{})
	p.loose = p.loose[:0]
	return err
}

// RuleTotal is what a points pass moved for one rule.
type RuleTotal struct {
	// Rule is the rule in words, Kind that of the lines.
	Rule string `json:"rule"`
	Kind string `json:"kind"`
	// Lines is how many lines were appended, Points what they sum up to.
	Lines  int64 `json:"lines"`
	Points int64 `json:"points"`
}

// ruleTotals sums lines up by rule and kind.
type ruleTotals struct {
	by map[[2]string]*RuleTotal
	// last is the line before, and total its sum: most lines are of the same rule.
	last  model.LedgerLine
	total *RuleTotal
	// moved is what all lines gave and took.
	moved PointsMoved
}

func (t *ruleTotals) add(l *model.LedgerLine) {
	if t.total == nil || l.Kind != t.last.Kind || l.Terms != t.last.Terms {
		key := [2]string{loyalty.RuleName(l), string(l.Kind)}
		if t.by == nil {
			t.by = make(map[[2]string]*RuleTotal)
		}
		if t.by[key] == nil {
			t.by[key] = &RuleTotal{Rule: key[0], Kind: key[1]}
		}
		t.total, t.last = t.by[key], *l
	}
	t.total.Lines++
	t.total.Points += l.Points
	t.moved.add(l.Points)
}

// all returns the totals in the order of rule and kind.
func (t *ruleTotals) all() (all []RuleTotal) {
	for _, total := range t.by {
		all = append(all, *total)
	}
	slices.SortFunc(all, func(a, b RuleTotal) int {
		return strings.Compare(a.Rule+"\x00"+a.Kind, b.Rule+"\x00"+b.Kind)
	})
	return all
}

// Adjustment is points that a person gives, or takes where they are negative. No recompute touches them.
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
// RefusedError where the store does not know the customer, the points are more than model.MaxGift, or the balance would
// fall below 0.
func Adjust(ctx context.Context, env Env, dryRun bool, a Adjustment) (Result, error) {
	opts := DefaultOptions()
	opts.DryRun, opts.mode = dryRun, ModeAdjust
	return makePass(ctx, env, opts, Points,
		func(r *run) (work, error) { return &adjustRun{run: r, adjustment: a}, nil })
}

// adjustRun is one adjustment at work.
type adjustRun struct {
	run        *run
	adjustment Adjustment
	// balance is what the ledger holds before it.
	balance int64
}

func (a *adjustRun) prepare(ctx context.Context) error {
	a.run.result.Mode = ModeAdjust
	account, err := a.run.session.Account(ctx, a.adjustment.Customer)
	a.balance = account.Sum
	switch {
	case err != nil:
		return err
	case !account.Known:
		return &RefusedError{
			Problem: fmt.Sprintf("store %s has no customer with that id", a.run.env.Store.ID()),
			HintText: "give a customerid as BioTrack spells it; a new customer is there after " +
				"`blackbirdctl sync customers`",
		}
	case a.adjustment.Points > model.MaxGift:
		return &RefusedError{
			Problem: fmt.Sprintf("%d points are more than the %d that one adjustment may give",
				a.adjustment.Points, model.MaxGift),
			HintText: "check the number; nothing was changed",
		}
	case a.adjustment.Points < -max(0, account.Sum):
		// The ledger counts: a balance may have been changed by hand.
		return &RefusedError{
			Problem:  fmt.Sprintf("the balance is %d: it would fall below 0", account.Sum),
			HintText: fmt.Sprintf("take at most %d", max(0, account.Sum)),
		}
	}
	return nil
}

func (a *adjustRun) execute(ctx context.Context) error {
	present, err := a.run.session.Present(ctx)
	if err != nil {
		return err
	}
	at := a.run.pass.StartedAt
	// The host's clock may be wrong: the points count from the present, or from a day later at most.
	switch latest := present.Add(maxSkew); {
	case present.IsZero():
	case at.Before(present):
		at = present
	case at.After(latest):
		at = latest
	}
	balance := a.balance + a.adjustment.Points
	a.run.result.Balance = &balance
	line := loyalty.AdjustmentLine(a.adjustment.Customer, a.adjustment.Points, a.adjustment.Reason, a.run.pass.ID, at)
	var totals ruleTotals
	totals.add(&line)
	a.run.result.Moves, a.run.result.PointsMoved = totals.all(), &totals.moved
	err = a.run.pass.MergeLines(ctx, []model.LedgerLine{line}, blackbird.Counts{Read: 1, Inserted: 1})
	if err != nil || line.Points >= -model.MaxGift {
		return err
	}
	// What takes so many corrects an absurd balance, which may have stopped short of the ledger's sum.
	return a.run.pass.CheckBalances(ctx, maxFindings, nil)
}

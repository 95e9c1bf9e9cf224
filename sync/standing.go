package sync

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// standings are the ledger's lines that are of no order: what customers get for being one, and what expires.
func (r *pointsRun) standings(ctx context.Context) error {
	if r.rules.Enrollment.Points > 0 && len(r.Only.IDs) == 0 {
		if err := r.enroll(ctx); err != nil {
			return err
		}
	}
	if r.rules.ExpireAfterDays > 0 {
		return r.expire(ctx)
	}
	return nil
}

// enroll gives the customers who are new their points, each one once; a full pass those too who came before the rule did.
func (r *pointsRun) enroll(ctx context.Context) error {
	span := blackbird.Span{Until: math.MaxInt64}
	switch {
	case r.mode == ModeIncremental:
		span = r.span
	case r.verify && r.former >= 0:
		span.Until = r.former
	}
	lines := r.gather()
	err := r.session.EnrollmentCandidates(ctx, span, func(n *blackbird.EnrollmentCandidate) error {
		if line, owed := r.enrollment(n); owed {
			return lines.add(ctx, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return lines.flush(ctx)
}

// The rules of lines that are of no order. The moment behind the rule is when the points count from.
const (
	ruleEnrollment = "enrollment"
	ruleExpiry     = "expiry"
)

// enrollment is what the ledger lacks of a customer's enrollment. Points that were given stay as they are, but under a full pass.
func (r *pointsRun) enrollment(n *blackbird.EnrollmentCandidate) (line blackbird.Line, owed bool) {
	if !r.named(n.CustomerID) || n.Revision > 0 && !r.underTodaysRules() {
		return line, false
	}
	points := r.rules.Enroll(n.Since) - n.Held
	return special(n.CustomerID, model.EnrollmentID(n.CustomerID), model.LineEnrollment, n.Revision+1, points, ruleAt(ruleEnrollment, n.Since)),
		points != 0
}

// named tells whether a backfill, if it is one, is about a customer.
func (r *pointsRun) named(customer string) bool {
	if len(r.Only.Customers) == 0 {
		return true
	}
	for _, name := range r.Only.Customers {
		if name == customer {
			return true
		}
	}
	return false
}

func ruleAt(rule string, at time.Time) string { return rule + " " + at.UTC().Format(time.RFC3339Nano) }

// special is a line that is of no order.
func special(customer, id string, kind model.LineKind, revision, points int64, rule string) blackbird.Line {
	return blackbird.Line{
		OrderID: id, CustomerID: customer, Revision: revision, Kind: kind, Points: points, Rate: decimal.Zero,
		Multiplier: decimal.NewFromInt(1), Rule: rule,
	}
}

// gathered are lines that are of no order, until they are enough for a merge.
type gathered struct {
	run   *pointsRun
	lines []blackbird.Line
}

func (r *pointsRun) gather() *gathered { return &gathered{run: r} }

func (g *gathered) add(ctx context.Context, lines ...blackbird.Line) error {
	g.lines = append(g.lines, lines...)
	if len(g.lines) < pointsPage {
		return nil
	}
	return g.flush(ctx)
}

func (g *gathered) flush(ctx context.Context) error {
	err := g.run.append(ctx, g.lines)
	g.lines = g.lines[:0]
	return err
}

// append appends lines that are of no order.
func (r *pointsRun) append(ctx context.Context, lines []blackbird.Line) error {
	if len(lines) == 0 {
		return nil
	}
	for i := range lines {
		r.moves.add(&lines[i])
		if r.found != nil {
			r.found.add(blackbird.Difference{Key: lines[i].OrderID, Kind: differenceOf(lines[i].Revision), Fields: []string{"points"}, Derived: true})
		}
	}
	return r.pass.MergeLines(ctx, lines, blackbird.Counts{Inserted: int64(len(lines))})
}

func differenceOf(revision int64) string {
	if revision == 1 {
		return blackbird.Missing
	}
	return blackbird.Differs
}

// expire lets balances expire: of the customers whose orders were looked at, and of those who have made none for long.
func (r *pointsRun) expire(ctx context.Context) error {
	now, cutoff := r.pass.StartedAt, time.Time{}
	switch {
	case r.mode == ModeIncremental || r.mode == ModeBackfill:
		cutoff = now.AddDate(0, 0, -r.rules.ExpireAfterDays)
	case r.verify && !r.formerAt.IsZero():
		// What has expired since the last pass is for the next one.
		now = r.formerAt
	}
	lines := r.gather()
	err := r.session.BalanceEvents(ctx, cutoff, func(of []blackbird.BalanceEvent) error {
		return lines.add(ctx, expiriesOf(r.rules, of, now)...)
	})
	if err != nil {
		return err
	}
	return lines.flush(ctx)
}

// expiriesOf are what the ledger lacks of one customer's expiries.
func expiriesOf(rules *loyalty.Rules, standings []blackbird.BalanceEvent, now time.Time) (lines []blackbird.Line) {
	customer := standings[0].CustomerID
	var entries []loyalty.Entry
	var known []time.Time
	held, revisions := make(map[string]int64), make(map[string]int64)
	for i := range standings {
		s := &standings[i]
		if s.Kind != model.LineExpiry {
			entries = append(entries, entryOf(s))
			continue
		}
		if at, ok := momentOf(s.Rule); ok && held[s.OrderID] == 0 && revisions[s.OrderID] == 0 {
			known = append(known, at)
		}
		held[s.OrderID] += s.Points
		revisions[s.OrderID] = max(revisions[s.OrderID], s.Revision)
	}
	for _, e := range rules.Expiries(entries, known, now) {
		id := model.ExpiryID(customer, e.At)
		if points := e.Points - held[id]; points != 0 {
			lines = append(lines, special(customer, id, model.LineExpiry, revisions[id]+1, points, ruleAt(ruleExpiry, e.At)))
		}
	}
	return lines
}

// entryOf is a change of a balance at the time that it counts from: an order's points from the order's time, whenever they were reckoned.
func entryOf(s *blackbird.BalanceEvent) loyalty.Entry {
	e := loyalty.Entry{At: s.At, Points: s.Points, Order: s.Made || s.Kind == model.LineEnrollment}
	if at, told := momentOf(s.Rule); told {
		e.At = at
	}
	return e
}

// momentOf reads what ruleAt wrote.
func momentOf(rule string) (time.Time, bool) {
	word, text, _ := strings.Cut(rule, " ")
	if word != ruleEnrollment && word != ruleExpiry {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, err == nil
}

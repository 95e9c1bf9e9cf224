package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// PointsMoved are the points that a pass gave and took, both not below 0.
type PointsMoved struct {
	Given int64 `json:"points_given"`
	Taken int64 `json:"points_taken"`
}

func (m *PointsMoved) add(points int64) {
	m.Given += max(0, points)
	m.Taken += max(0, -points)
}

// pointsGuard keeps a pass from moving more points than --max-points-change allows, other than by new awards. New
// awards are merged as they come. All other lines are staged and merged together at the end, once their sum is known:
// so nothing of them is written where the pass is refused.
type pointsGuard struct {
	// bounds says that the pass is guarded: a first one is not. It belongs to the goroutine that merges, as all below.
	bounds bool
	// stages says that lines are staged. So they are in a dry run that looks at balances, new awards too: it rolls
	// every merge back, and expiries must see what the run would have merged.
	stages bool
	// staged counts the staged lines, awarded the points of new awards, and moved those of all other lines.
	staged, awarded int64
	moved           map[model.LineKind]PointsMoved
}

// planGuard decides what is guarded and what is staged. A verification compares with the ledger as it is.
func (p *pointsRun) planGuard(ctx context.Context, w *checkpoint.Watermark) (err error) {
	r := p.run
	if r.result.Mode == ModeVerify {
		return nil
	}
	g := &p.guard
	g.moved = make(map[model.LineKind]PointsMoved)
	g.bounds = w != nil && (w.Unfinished == nil || w.Unfinished.Mode != string(ModeFirst))
	if w == nil {
		g.bounds, err = r.session.HasPoints(ctx)
	}
	g.stages = g.bounds
	if r.opts.DryRun {
		g.stages = p.balances != nil
	}
	return err
}

// append merges lines, and stages those that have to wait.
func (p *pointsRun) append(ctx context.Context, lines []model.LedgerLine, counts blackbird.Counts) error {
	g, now := &p.guard, lines
	if g.bounds || g.stages {
		var later []model.LedgerLine
		now = nil
		for i := range lines {
			line, isNew := &lines[i], p.isNewAward(&lines[i])
			if isNew {
				g.awarded += line.Points
			} else {
				moved := g.moved[line.Kind]
				moved.add(line.Points)
				g.moved[line.Kind] = moved
			}
			if g.stages && (!isNew || p.run.opts.DryRun) {
				later = append(later, *line)
			} else {
				now = append(now, *line)
			}
		}
		if len(later) > 0 {
			g.staged += int64(len(later))
			if err := p.run.pass.StageLines(ctx, later); err != nil {
				return err
			}
		}
	}
	counts.Inserted = int64(len(now))
	if counts == (blackbird.Counts{}) {
		return nil
	}
	return p.run.pass.MergeLines(ctx, now, counts)
}

// isNewAward reports whether a line gives points for what is new at the till: an order, or a customer. New rules, and a
// full pass, look at the enrollment of customers who have long been there, too.
func (p *pointsRun) isNewAward(line *model.LedgerLine) bool {
	enrolls := line.Kind == model.LineEnrollment && line.Revision == 1
	return line.Kind == model.LineAward || enrolls && p.run.result.Mode == ModeIncremental && !p.newRules
}

// settle merges the staged lines, unless the pass would move more points than it may.
func (p *pointsRun) settle(ctx context.Context) error {
	if p.guard.bounds {
		if err := p.checkMoved(ctx); err != nil {
			return err
		}
	}
	if p.guard.staged == 0 {
		return nil
	}
	return p.run.pass.MergeStaged(ctx, blackbird.Counts{Inserted: p.guard.staged})
}

func (p *pointsRun) checkMoved(ctx context.Context) error {
	limit, change := p.run.opts.MaxPointsChange, int64(0)
	for _, moved := range p.guard.moved {
		change += moved.Given + moved.Taken
	}
	if change <= limit.of(0) {
		return nil
	}
	total, err := p.run.session.PointsTotal(ctx)
	if err != nil {
		return err
	}
	if !p.run.opts.DryRun {
		total -= p.guard.awarded
	}
	if allowed := limit.of(max(0, total)); change > allowed {
		return &TooManyPointsError{Change: change, Total: total, Limit: allowed, Moved: p.guard.moved,
			Full: p.run.opts.Full}
	}
	return nil
}

// TooManyPointsError reports that a pass would have moved more points than --max-points-change allows.
type TooManyPointsError struct {
	// Change is how many points would have been given and taken, other than by new awards, of a Total in the store;
	// Limit is how many may be.
	Change, Total, Limit int64
	// Full reports whether it was a pass over everything.
	Full bool
	// Moved are those points by the kind of their lines, which says why they move.
	Moved map[model.LineKind]PointsMoved
}

func (e *TooManyPointsError) Error() string {
	var sums []string
	for _, kind := range slices.Sorted(maps.Keys(e.Moved)) {
		sum := string(kind)
		if given := e.Moved[kind].Given; given > 0 {
			sum += fmt.Sprintf(" +%d", given)
		}
		if taken := e.Moved[kind].Taken; taken > 0 {
			sum += fmt.Sprintf(" -%d", taken)
		}
		sums = append(sums, sum)
	}
	return fmt.Sprintf("points: %d points would move other than by new awards, more than the %d of %d allowed at "+
		"once: %s; nothing but new awards is written", e.Change, e.Limit, e.Total, strings.Join(sums, ", "))
}

// Hint returns what to do.
func (e *TooManyPointsError) Hint() string {
	full := ""
	if e.Full {
		full = "--full "
	}
	return fmt.Sprintf("check the loyalty rules and the orders; if they are right, run again with "+
		"%s--max-points-change %d", full, e.Change)
}

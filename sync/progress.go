package sync

import "context"

// Progress is told how a pass comes along, for people who watch it. Its methods may be called at the same time.
type Progress interface {
	// Step says what the pass is at from now on, and about how many rows that takes; 0 where it cannot be told.
	Step(name string, rows int64)
	// Advance says that so many more of the step's rows are done.
	Advance(rows int)
}

// The steps of passes.
const (
	stepChanges   = "looking for changes"
	stepRead      = "reading"
	stepKeys      = "listing keys"
	stepRemove    = "removing"
	stepContact   = "contacts"
	stepShelves   = "reading the shelves"
	stepMenu      = "comparing the menu"
	stepCalculate = "calculating points"
)

// step tells whoever watches what comes next.
func (e *Env) step(name string, rows int64) {
	if e.Progress != nil {
		e.Progress.Step(name, rows)
	}
}

// advance tells whoever watches that rows are done.
func (e *Env) advance(rows int) {
	if e.Progress != nil {
		e.Progress.Advance(rows)
	}
}

// expected is about how many rows are left to read in key order; 0 where it cannot be told, and where nobody watches: then nobody is asked.
// What the planner takes a table to hold is of all locations.
func (r *run[R]) expected(ctx context.Context) int64 {
	if r.Progress == nil || len(r.Locations) > 0 {
		return 0
	}
	rows, err := r.table.Estimate(ctx)
	if err != nil {
		return 0
	}
	return max(rows-r.plan.done, 0)
}

// expected is how many orders are left to look at; 0 where nobody watches.
func (r *pointsRun) expected(ctx context.Context) int64 {
	if r.Progress == nil {
		return 0
	}
	rows, err := r.session.CountOrders(ctx, r.after)
	if err != nil {
		return 0
	}
	return rows
}

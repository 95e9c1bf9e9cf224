package sync

import "context"

// Progress shows how far a pass is. Its methods may be called at the same time.
type Progress interface {
	// Step begins a step of about that many rows, 0 where their number is not known.
	Step(name string, rows int64)
	// Advance adds rows of the step that are done.
	Advance(rows int)
}

// The steps of passes.
const (
	stepChanges   = "looking for changes"
	stepRead      = "reading"
	stepKeys      = "listing keys"
	stepRemove    = "removing"
	stepContacts  = "contacts"
	stepInventory = "reading the inventory"
	stepMenu      = "comparing the menu"
	stepPoints    = "calculating points"
)

func (r *run) step(name string, rows int64) {
	if r.env.Progress != nil {
		r.env.Progress.Step(name, rows)
	}
}

func (r *run) advance(rows int) {
	if r.env.Progress != nil {
		r.env.Progress.Advance(rows)
	}
}

// expectedRows returns about how many rows are left to read in key order, 0 where that is not known: the planner's
// estimate is of all locations. Without progress nothing is asked.
func (t *tableRun[R]) expectedRows(ctx context.Context) int64 {
	if t.run.env.Progress == nil || len(t.run.opts.Locations) > 0 {
		return 0
	}
	rows, err := t.table.Estimate(ctx)
	if err != nil {
		return 0
	}
	return max(rows-t.plan.done, 0)
}

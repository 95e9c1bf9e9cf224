package blackbird

import (
	"context"
	"time"
)

// Prune removes the stream's passes that began before a moment from the activity log, while this one is running. Kept
// are the last one that brought the whole stream up to date and those after it, and every pass that a row of the store
// refers to. It returns how many were removed.
func (p *Pass) Prune(ctx context.Context, before time.Time) (removed int64, err error) {
	x := p.session
	err = x.transact(ctx, x.own, func(t *tx) error {
		var old int64
		args := Args{"before": before}
		err := t.Get(ctx, &old, "passes_old", args)
		if err == nil && old > 0 {
			// To look for what refers to them reads the tables through.
			removed, err = t.Exec(ctx, "passes_prune", args)
		}
		return err
	})
	return removed, x.store.wrap("prune passes", err)
}

// LastDone returns when the stream's last pass that brought all of it up to date began; zero where there is none.
func (x *Session) LastDone(ctx context.Context) (began time.Time, err error) {
	var row struct {
		Began UTCTime `db:"started_at"`
		Ended UTCTime `db:"finished_at"`
	}
	err = x.onOwn().Get(ctx, &row, "last_done", Args{"done": string(StatusDone)})
	if isNone(err) {
		return began, nil
	}
	return row.Began.Time, x.store.wrap("read passes", err)
}

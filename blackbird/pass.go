package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	stdsync "sync"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Status is the state of a pass.
type Status string

// The statuses of a pass.
const (
	// StatusRunning is a pass at work, or one that was killed and not yet found.
	StatusRunning Status = "running"
	// StatusDone is a pass that did all it set out to do.
	StatusDone Status = "done"
	// StatusFailed is a pass that ended with an error or by a signal.
	StatusFailed Status = "failed"
	// StatusAbandoned is a pass that never reported its end: a later one found it and took its place.
	StatusAbandoned Status = "dead"
)

// wholeStreamModes are the modes of passes that bring a whole stream up to date, as a backfill does not.
var wholeStreamModes = []string{"first", "incremental", "full"}

// Counts are what became of the rows that a pass read.
type Counts struct {
	Read      int64 `db:"read" json:"read"`
	Inserted  int64 `db:"inserted" json:"inserted"`
	Updated   int64 `db:"updated" json:"updated"`
	Unchanged int64 `db:"unchanged" json:"unchanged"`
	Removed   int64 `db:"removed" json:"removed"`
	Rejected  int64 `db:"rejected" json:"rejected"`
}

// Add adds another's counts.
func (c *Counts) Add(o Counts) {
	c.Read += o.Read
	c.Inserted += o.Inserted
	c.Updated += o.Updated
	c.Unchanged += o.Unchanged
	c.Removed += o.Removed
	c.Rejected += o.Rejected
}

// countArgs are the parameters of statements that write a pass's counts.
func (p *Pass) countArgs(c Counts) Args {
	return Args{
		"pass_id": p.ID, "read": c.Read, "inserted": c.Inserted, "updated": c.Updated, "unchanged": c.Unchanged,
		"removed": c.Removed, "rejected": c.Rejected,
	}
}

// Ref identifies a pass's progress: what a watermark keeps to know its store again.
type Ref struct {
	ID        int64     `json:"id"`
	StartedAt time.Time `json:"started_at"`
	// Read is how many rows the pass had read when this was noted.
	Read int64 `json:"read"`
}

// Pass is a session's pass at work: its row in the activity log, and the right to merge.
//
// Two goroutines may merge at once, each its own batch. They share what mu guards, the session's writers, and the
// initial load, which has a lock of its own; nothing else of a pass changes once the merges begin.
type Pass struct {
	ID        int64
	StartedAt time.Time
	// Clock is the till's, which Finish records as the present of the points where the pass succeeded; zero for none.
	Clock time.Time
	// Warn receives what failed and can be done without, from merges that may be at work at once; nil for none.
	Warn func(error)
	// Counts are those of the merges so far. They must not be read while any is at work.
	Counts  Counts
	session *Session
	// initialLoad is nil where the store is not taken for empty.
	initialLoad *initialLoad
	// forgotten are the customers whose contacts are left out.
	forgotten map[string]bool
	// comparing says that batches are compared with the store before they are sent.
	comparing bool
	// contested are the orders that tickets contest, nil where no one asks. Merges share it.
	contested map[model.Key]bool
	// superseded returns the reject for a ticket that another one took the place of, nil where these are not listed.
	superseded func(Superseded) Reject
	// highestSerial is that of all orders when the pass began to watch.
	highestSerial int64
	// watch receives the rows that differ, nil where no one asks.
	watch func(...Difference)

	mu stdsync.Mutex
	// supersededNow are the serials that merges have listed as superseded.
	supersededNow []int64
	// merging are the batches of orders that are being merged.
	merging []*Batch
	// lastTime is what now returned last.
	lastTime time.Time
	// analyzed is how many rows the pass had added at the last ANALYZE.
	analyzed int64
}

// Ref identifies the pass's progress once it has read, and merged, so many rows.
func (p *Pass) Ref(read int64) Ref { return Ref{ID: p.ID, StartedAt: p.StartedAt, Read: read} }

// numberAttempts is how often a pass asks for a number of its own, should other streams take it first.
const numberAttempts = 100

// Begin starts a pass: it declares abandoned what earlier passes of the stream left running, adds itself to the
// activity log, and records its source. The error is ErrCutOff where the store is a copy that lacks rows.
func (x *Session) Begin(ctx context.Context, mode string) (*Pass, error) {
	p := &Pass{session: x}
	p.StartedAt = p.now()
	var err error
	for range numberAttempts {
		err = x.transact(ctx, x.own, func(t *tx) error {
			if _, err := t.Exec(ctx, "pass_abandon", Args{"now": p.StartedAt}); err != nil {
				return err
			}
			var next struct {
				ID     int64
				CutOff bool `db:"cut_off"`
			}
			if err := t.Get(ctx, &next, "pass_next_id", nil); err != nil {
				return err
			}
			if p.ID = next.ID; next.CutOff {
				return ErrCutOff
			}
			args := Args{"pass_id": p.ID, "mode": mode, "now": p.StartedAt}
			if _, err := t.Exec(ctx, "pass_begin", args); err != nil {
				return err
			}
			if err := p.loadForgotten(ctx, t); err != nil {
				return err
			}
			return x.recordSource(ctx, t, p.ID)
		})
		if err == nil || x.store.engine.Classify(err) != model.DBErrorDuplicate {
			break
		}
		// Another stream took the same number: its row is there now, and the next number is free.
	}
	return p, x.store.wrap("begin pass", err)
}

// CheckWhole returns ErrCutOff where the store is a copy that lacks rows.
func (s *Store) CheckWhole(ctx context.Context) error {
	var next struct {
		ID     int64
		CutOff bool `db:"cut_off"`
	}
	err := s.on(s.db).Get(ctx, &next, "pass_next_id", nil)
	if err == nil && next.CutOff {
		err = ErrCutOff
	}
	return s.wrap("read passes", err)
}

// now returns the present, in the database's microseconds, and never the same time twice: the rows that one merge wrote
// are recognized by it.
func (p *Pass) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.session.store.Now().UTC().Truncate(time.Microsecond)
	if !now.After(p.lastTime) {
		now = p.lastTime.Add(time.Microsecond)
	}
	p.lastTime = now
	return now
}

// lock makes other merges of the pass wait at this point until this one ends, so that each sees what the other has
// done.
func (p *Pass) lock(ctx context.Context, t *tx) error {
	return p.stillRunning(t.Exec(ctx, "pass_lock", Args{"pass_id": p.ID}))
}

// stillRunning returns ErrSuperseded where a statement found no row of a running pass: another session has declared
// this one abandoned, and may be writing by now. The row of a dry run's pass was rolled back.
func (p *Pass) stillRunning(rows int64, err error) error {
	if err == nil && rows != 1 && !p.session.dryRun {
		err = ErrSuperseded
	}
	return err
}

// Finish ends the pass in the activity log, takes the rejects that have been resolved off their list, where notices
// stay, and records the till's clock.
func (p *Pass) Finish(ctx context.Context, status Status, message string, resolved []string) error {
	err := p.session.transact(ctx, p.session.own, func(t *tx) error {
		if len(resolved) > 0 {
			if _, err := t.Exec(ctx, "rejects_delete", Args{"keys": resolved}); err != nil {
				return err
			}
		}
		if status == StatusDone && !p.Clock.IsZero() {
			if _, err := t.Exec(ctx, "sources_clock", Args{"clock": p.Clock}); err != nil {
				return err
			}
		}
		return p.stillRunning(p.end(ctx, t.Queries, status, message))
	})
	return p.session.store.wrap("finish pass", err)
}

// Fail ends the pass in the activity log as one that failed. What ended it may have broken the session's connection, as
// a signal does that comes in the middle of a merge: then another connection is used, so that the pass is not shown as
// running until the next one.
func (p *Pass) Fail(ctx context.Context, message string) error {
	err := p.Finish(ctx, StatusFailed, message, nil)
	if p.session.dryRun || !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	_, err = p.end(ctx, p.session.on(p.session.store.db), StatusFailed, message)
	return p.session.store.wrap("finish pass", err)
}

// end ends the pass's row, unless the next pass has ended it already.
func (p *Pass) end(ctx context.Context, q Queries, status Status, message string) (int64, error) {
	orNull := sql.NullString{String: message, Valid: message != ""}
	args := p.countArgs(p.Counts)
	maps.Copy(args, Args{"status": string(status), "message": orNull, "now": p.now()})
	return q.Exec(ctx, "pass_finish", args)
}

// Holds reports whether the store holds what a watermark says of it: the pass, and its merges up to that point. A store
// that was restored from a backup, or replaced, does not. One that seems not to is asked again, in a way that waits for
// transactions which a worker of a Citus cluster has prepared and not committed yet.
func (x *Session) Holds(ctx context.Context, ref Ref) (bool, error) {
	var read int64
	args := Args{"pass_id": ref.ID, "started_at": ref.StartedAt}
	err := x.onOwn().Get(ctx, &read, "pass_read", args)
	if err == nil && read < ref.Read {
		err = x.transact(ctx, x.own, func(t *tx) error {
			if _, err := t.Exec(ctx, "await_recovery", nil); err != nil {
				return err
			}
			return t.Get(ctx, &read, "pass_read_settled", args)
		})
	}
	if isNone(err) {
		return false, nil
	}
	return read >= ref.Read, x.store.wrap("read passes", err)
}

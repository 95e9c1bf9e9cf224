package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	stdsync "sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Status is how a pass stands.
type Status string

// The statuses of a pass.
const (
	// StatusRunning is a pass at work, or one that was killed and not yet found.
	StatusRunning Status = "running"
	// StatusDone is a pass that did all it set out to do.
	StatusDone Status = "done"
	// StatusFailed is a pass that ended with an error or by a signal.
	StatusFailed Status = "failed"
	// StatusAbandoned is a pass that never told its end: a later one found it and took its place.
	StatusAbandoned Status = "dead"
)

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

// Ref names a pass's progress: what a watermark keeps to know its store again.
type Ref struct {
	ID        int64     `json:"id"`
	StartedAt time.Time `json:"started_at"`
	// Read is how many rows the pass had read when this was noted.
	Read int64 `json:"read"`
}

// Pass is a session's pass at work: the row in the activity log, and the right to merge.
type Pass struct {
	ID        int64
	StartedAt time.Time
	// Counts are those of the merges so far; while some are at work they are not to be looked at.
	Counts  Counts
	session *Session
	mode    string
	// filling is how the pass fills an empty store, nil where it does not.
	filling *filling
	// comparing says that batches are held against the store before they are sent.
	comparing bool
	// watch is told of rows that differ, nil where nobody asks.
	watch func(...Difference)

	mu   stdsync.Mutex
	last time.Time
	// analyzed is how many rows the pass had added when the planner was last told.
	analyzed int64
}

//go:embed sql/pass_bury.sql
var buryPassesSQL string

//go:embed sql/pass_begin.sql
var beginPassSQL string

//go:embed sql/pass_progress.sql
var passProgressSQL string

//go:embed sql/pass_finish.sql
var finishPassSQL string

// numberings is how often a pass asks for a number of its own, should others take it first.
const numberings = 100

// Ref names the pass's progress once it has read, and merged, so many rows.
func (p *Pass) Ref(read int64) Ref { return Ref{ID: p.ID, StartedAt: p.StartedAt, Read: read} }

// Begin starts a pass: it declares dead what earlier passes of the stream left running, and notes itself in the activity log.
func (x *Session) Begin(ctx context.Context, mode string) (*Pass, error) {
	p := &Pass{session: x, mode: mode}
	p.StartedAt = p.now()
	var err error
	for range numberings {
		if err = x.transact(ctx, p.begin(ctx)); pq.As(err, pqerror.UniqueViolation) == nil {
			break
		}
		// Another stream took the same number: its row is there now, and the next number is free.
	}
	return p, wrap("begin pass in", err)
}

func (p *Pass) begin(ctx context.Context) func(*txn) error {
	return func(tx *txn) error {
		x := p.session
		if _, err := x.exec(ctx, tx, buryPassesSQL, map[string]any{"now": p.StartedAt}); err != nil {
			return err
		}
		err := x.get(ctx, tx, &p.ID, `SELECT COALESCE(max(pass_id), 0) + 1 FROM passes WHERE store_id = :store_id`, nil)
		if err != nil {
			return err
		}
		_, err = x.exec(ctx, tx, beginPassSQL, map[string]any{"pass_id": p.ID, "mode": p.mode, "now": p.StartedAt})
		return err
	}
}

// now returns the present, in the database's microseconds, and never the same moment twice: the rows that one merge wrote are
// known by it.
func (p *Pass) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !now.After(p.last) {
		now = p.last.Add(time.Microsecond)
	}
	p.last = now
	return now
}

// progress notes the counts of one merge, and fails where another session has declared this pass dead: it may be writing by now.
func (p *Pass) progress(ctx context.Context, tx *txn, counts Counts) error {
	n, err := p.session.exec(ctx, tx, passProgressSQL, p.args(counts, nil))
	if err == nil && n != 1 && !p.session.dryRun {
		err = ErrSuperseded
	}
	return err
}

func (p *Pass) args(c Counts, more map[string]any) map[string]any {
	args := map[string]any{
		"pass_id": p.ID, "read": c.Read, "inserted": c.Inserted, "updated": c.Updated, "unchanged": c.Unchanged,
		"removed": c.Removed, "rejected": c.Rejected,
	}
	for k, v := range more {
		args[k] = v
	}
	return args
}

// Finish ends the pass in the activity log, and strikes the rejects that have been mended off their list.
func (p *Pass) Finish(ctx context.Context, status Status, message string, mended []string) error {
	err := p.session.transact(ctx, func(tx *txn) error {
		if err := p.session.deleteRejects(ctx, tx, mended); err != nil {
			return err
		}
		n, err := p.end(ctx, tx, status, message)
		if err == nil && n != 1 && !p.session.dryRun {
			err = ErrSuperseded
		}
		return err
	})
	return wrap("finish pass in", err)
}

// Fail ends the pass in the activity log as one that failed. What ended it may have taken the session's connection along, as a signal does that comes
// in the middle of a merge: then it is told over another one, lest the pass stands there as running until the next one.
func (p *Pass) Fail(ctx context.Context, message string) error {
	err := p.Finish(ctx, StatusFailed, message, nil)
	if p.session.dryRun || !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	_, err = p.end(ctx, p.session.store.db, StatusFailed, message)
	return wrap("finish pass in", err)
}

// end ends the pass's row, unless it has been ended already: by the next pass.
func (p *Pass) end(ctx context.Context, q sqlx.ExecerContext, status Status, message string) (int64, error) {
	return p.session.exec(ctx, q, finishPassSQL, p.args(p.Counts, map[string]any{
		"status": string(status), "message": orNull(message), "now": p.now(),
	}))
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// mergeWork is what one merge does, and what became of the rows.
type mergeWork func(tx *txn) (Counts, error)

// merge runs one merge's work, adds its counts, and notes them with the pass, all or nothing. Merges may overlap.
func (p *Pass) merge(ctx context.Context, do mergeWork) error {
	w, err := p.session.borrow(ctx)
	if err != nil {
		return err
	}
	defer p.session.giveBack(w)
	return p.mergeOn(ctx, w, do)
}

// mergeOn is merge on a given connection.
func (p *Pass) mergeOn(ctx context.Context, w *writer, do mergeWork) error {
	if err := w.stage(ctx, p.session.store.dialect, p.session.stream); err != nil {
		return wrap("merge into", err)
	}
	var merged Counts
	err := p.session.transactOn(ctx, w, func(tx *txn) (err error) {
		if err := p.session.empty(ctx, tx); err != nil {
			return err
		}
		if merged, err = do(tx); err != nil {
			return err
		}
		return p.progress(ctx, tx, merged)
	})
	if err != nil {
		return wrap("merge into", err)
	}
	return wrap("analyze tables of", p.refreshStatistics(ctx, w, p.add(merged)))
}

// add adds a merge's counts to the pass's, and tells whether the pass has added so many rows that the planner should know.
func (p *Pass) add(merged Counts) (grown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Counts.Add(merged)
	if p.session.dryRun || p.Counts.Inserted < max(firstAnalysis, 10*p.analyzed) {
		return false
	}
	p.analyzed = p.Counts.Inserted
	return true
}

// grown are the tables that a stream's passes add rows to by the thousand.
var grown = map[string][]string{
	StreamCustomers: {"customers"},
	StreamOrders:    {"orders"},
	StreamPoints:    {"points_ledger", "points_balances"},
}

// firstAnalysis is how many rows a pass adds before the planner is told of them, and again for each tenfold.
const firstAnalysis = 1_000

// refreshStatistics lets the planner know tables that a pass has just filled: the database would do so by itself, but minutes later, and
// until then it looks up a few rows by reading all.
func (p *Pass) refreshStatistics(ctx context.Context, w *writer, grew bool) error {
	if !grew {
		return nil
	}
	for _, table := range grown[p.session.stream] {
		if err := p.session.store.dialect.analyze(ctx, w.conn, table); err != nil {
			return err
		}
	}
	return nil
}

// empty clears what an earlier merge staged, where the database does not do so at commit.
func (x *Session) empty(ctx context.Context, tx *txn) error {
	for _, t := range x.store.dialect.emptied() {
		if !slices.Contains(stages[x.stream], t) {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+t); err != nil {
			return fmt.Errorf("empty %s: %w", t, err)
		}
	}
	return nil
}

// Holds tells whether the store holds what a watermark says of it: the pass, and its merges up to that point. A store that was
// restored from a backup, or replaced, does not.
func (x *Session) Holds(ctx context.Context, ref Ref) (bool, error) {
	var read int64
	err := x.get(ctx, x.own.conn, &read, `SELECT read FROM passes
		WHERE store_id = :store_id AND stream = :stream AND pass_id = :pass_id AND started_at = :started_at`,
		map[string]any{"pass_id": ref.ID, "started_at": ref.StartedAt})
	if isNone(err) {
		return false, nil
	}
	return read >= ref.Read, wrap("read passes of", err)
}

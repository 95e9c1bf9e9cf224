package blackbird

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// copiedTables are all tables with rows of a store, in the order in which they are copied. The passes are first: by
// them a pass that meets a copy which was cut off knows it.
var copiedTables = []string{
	"passes", "sources", "forgotten_customers", "customers", "orders", "products", "points_programs", "points_ledger",
	"points_balances", "rejects",
}

// copyStream is what a copy is in the activity log, and its lock.
var copyStream = &Stream{Name: "copy"}

var (
	// ErrNothingToCopy says that no pass has ever written the store that is to be copied.
	ErrNothingToCopy = errors.New("the store to copy has no rows")
	// ErrOccupied says that the store to copy to has rows that are not of a copy of the same store.
	ErrOccupied = errors.New("the store to copy to has rows of its own")
	// ErrCutOff says that the store is a copy that was cut off.
	ErrCutOff = errors.New("the store is a copy that was cut off, and lacks rows")
	// ErrColumns says that a table has other columns in one store than in the other.
	ErrColumns = errors.New("tables do not have the same columns")
)

// Copied is what a copy did.
type Copied struct {
	From   string `json:"from"`
	To     string `json:"to"`
	DryRun bool   `json:"dry_run"`
	// Resumed reports whether it went on where another one was cut off, Equal whether both stores are the same now.
	Resumed bool          `json:"resumed"`
	Equal   bool          `json:"equal"`
	Tables  []CopiedTable `json:"tables"`
}

// CopiedTable is a table of the store that was copied.
type CopiedTable struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	// Digest is of all values but the store's id. It is the same on every engine.
	Digest string `json:"digest"`
}

// CopyDiffersError reports the tables that are not the same in both stores after a copy.
type CopyDiffersError struct{ Tables []string }

func (e *CopyDiffersError) Error() string {
	return "the copy differs from the store that was copied: " + strings.Join(e.Tables, ", ")
}

// Hint returns what to do.
func (e *CopyDiffersError) Hint() string {
	return "check what else writes to the two stores, then run the same again: it copies everything anew"
}

// CopyProgress shows how far a copy is.
type CopyProgress interface {
	// Step begins a step of so many rows.
	Step(name string, rows int64)
	// Advance adds rows of the step that are done.
	Advance(rows int)
}

// copying is a copy at work.
type copying struct {
	from, to *copySide
	dryRun   bool
	progress CopyProgress
	// pass is the copy's own, in the destination's activity log. Its message is the position, as JSON.
	pass     *Pass
	position copyPosition
	resumed  bool
}

// copyPosition is how far a copy is.
type copyPosition struct {
	// Source is the newest pass of the store to copy, as the copy found it: where it is another one, rows have changed.
	Source passMark `json:"source"`
	// Table is the one that is being copied, empty before the first. After is the key of its last row so far.
	Table string   `json:"table"`
	After []string `json:"after"`
	Rows  int64    `json:"rows"`
	// Differs says that the stores were found not to be the same in the end.
	Differs bool `json:"differs"`
}

// passMark is a pass as it was when it was read.
type passMark struct {
	ID        int64   `db:"id"         json:"id"`
	Stream    string  `db:"stream"     json:"stream"`
	StartedAt UTCTime `db:"started_at" json:"started_at"`
	Status    Status  `db:"status"     json:"status"`
	Read      int64   `db:"read"       json:"read"`
}

// same reports whether nothing has happened to the pass.
func (p passMark) same(o passMark) bool {
	return p.ID == o.ID && p.StartedAt.Equal(o.StartedAt.Time) && p.Status == o.Status && p.Read == o.Read
}

// Copy copies all rows of a store into another database, or to another id. Both have the tables of this version.
//
//  1. It takes the locks of all streams of both stores, so that no pass writes either. Embedded stores have none: the
//     caller holds their lock files.
//  2. It refuses a destination that has rows, unless they are of a copy of this store that was cut off. It goes on with
//     that one, or begins anew where passes have written the store since.
//  3. It copies table by table, in pages by key. Each page is one transaction, with the position after it.
//  4. It reads both stores again and compares them. The error is a CopyDiffersError where they are not the same.
//  5. It calls compared, and ends the copy's pass in the destination's activity log. Until then no other pass begins
//     there.
//
// A dry run does not write: it reads the store to copy and counts. Progress may be nil.
func Copy(
	ctx context.Context, from, to *Store, dryRun bool, progress CopyProgress, compared func() error,
) (Copied, error) {
	copied := Copied{From: from.id, To: to.id, DryRun: dryRun, Tables: []CopiedTable{}}
	same, err := sameStore(ctx, from, to)
	if same {
		err = ErrOccupied
	}
	if err != nil {
		return copied, to.wrap("copy store", err)
	}
	c := &copying{progress: progress, dryRun: dryRun}
	if c.from, err = openCopySide(ctx, from, dryRun); err != nil {
		return copied, err
	}
	defer func() { _ = c.from.Close() }()
	if c.to, err = openCopySide(ctx, to, dryRun); err != nil {
		return copied, err
	}
	defer func() { _ = c.to.Close() }()
	if err = c.plan(ctx); err == nil {
		copied.Resumed = c.resumed
		err = c.copyRows(ctx)
	}
	if err == nil {
		copied.Tables, err = c.compare(ctx)
	}
	if err != nil || dryRun {
		return copied, err
	}
	copied.Equal = true
	if err = compared(); err == nil {
		err = c.pass.Finish(ctx, StatusDone, "copied from store "+from.id, nil)
	}
	return copied, err
}

// sameStore reports whether two stores on a server are one.
func sameStore(ctx context.Context, a, b *Store) (bool, error) {
	if a.id != b.id || !a.traits.Locks || !b.traits.Locks {
		return false, nil
	}
	at, err := a.Server(ctx)
	if err != nil {
		return false, err
	}
	bt, err := b.Server(ctx)
	return at == bt, err
}

// plan finds out where to begin.
func (c *copying) plan(ctx context.Context) error {
	for i := range c.from.tables {
		if c.from.tables[i].names() != c.to.tables[i].names() {
			return c.to.store.wrap("compare tables", fmt.Errorf("%w: %s", ErrColumns, c.from.tables[i].name))
		}
	}
	var newest passMark
	err := c.from.onOwn().Get(ctx, &newest, "newest_pass", nil)
	if isNone(err) {
		err = ErrNothingToCopy
	}
	if err == nil {
		var unfinished *Pass
		if unfinished, _, err = c.from.unfinishedCopy(ctx); unfinished != nil {
			err = ErrCutOff
		}
	}
	if err != nil {
		return c.from.store.wrap("read the store to copy", err)
	}
	return c.to.store.wrap("begin copy", c.begin(ctx, newest))
}

// begin goes on with a copy that was cut off, or begins one.
func (c *copying) begin(ctx context.Context, newest passMark) (err error) {
	if c.pass, c.position, err = c.to.unfinishedCopy(ctx); err != nil {
		return err
	}
	if c.pass == nil {
		err = c.to.checkEmpty(ctx)
	} else {
		var known bool
		if known, err = c.from.hasPass(ctx, c.position.Source); err == nil && !known {
			err = ErrOccupied
		}
	}
	if c.resumed = c.pass != nil && c.position.Source.same(newest) && !c.position.Differs; err != nil || c.resumed {
		return err
	}
	c.position = copyPosition{Source: newest}
	c.pass = &Pass{ID: newest.ID + 1, session: c.to.Session}
	c.pass.StartedAt = c.pass.now()
	return c.to.transact(ctx, c.to.own, func(t *tx) error {
		if err := c.to.removeAll(ctx, t); err != nil {
			return err
		}
		_, err := t.Exec(ctx, "pass_begin", Args{"pass_id": c.pass.ID, "mode": "copy", "now": c.pass.StartedAt})
		if err != nil {
			return err
		}
		return c.save(ctx, t)
	})
}

// save notes the position.
func (c *copying) save(ctx context.Context, t *tx) error {
	text, err := json.Marshal(c.position)
	if err != nil {
		return err
	}
	return c.pass.stillRunning(t.Exec(ctx, "copy_progress", Args{"pass_id": c.pass.ID, "message": string(text)}))
}

// copyRows copies the tables, from the position on.
func (c *copying) copyRows(ctx context.Context) error {
	if c.dryRun {
		return nil
	}
	first := max(0, slices.Index(copiedTables, c.position.Table))
	for i := first; i < len(copiedTables); i++ {
		if copiedTables[i] != c.position.Table {
			c.position.Table, c.position.After = copiedTables[i], nil
		}
		if copiedTables[i] == "orders" && c.position.After == nil {
			if err := c.to.store.engine.SuspendIndexes(ctx, c.to.onOwn()); err != nil {
				return c.to.store.wrap("drop indexes", err)
			}
		}
		if err := c.copyTable(ctx, &c.from.tables[i], &c.to.tables[i]); err != nil {
			return err
		}
	}
	err := c.to.store.engine.RestoreIndexes(ctx, c.to.onOwn())
	return c.to.store.wrap("create indexes", err)
}

// copyTable copies the rest of a table.
func (c *copying) copyTable(ctx context.Context, from, to *copyTable) error {
	if err := c.step(ctx, "copying ", from); err != nil {
		return err
	}
	rows := &Rows{}
	into := Destination{Table: to.name, Columns: to.columnNames()}
	for {
		rows.reset()
		last, err := c.from.page(ctx, from, c.position.After, func(values [][]byte) error {
			return rows.appendCopy(from, values, c.to.store.id)
		})
		if err != nil {
			return c.from.store.wrap("read "+from.name, err)
		}
		if last == nil {
			break
		}
		c.position.After = last
		c.position.Rows += int64(rows.count)
		err = c.to.transact(ctx, c.to.own, func(t *tx) error {
			if err := c.to.store.engine.Load(ctx, t.conn, into, rows); err != nil {
				return err
			}
			return c.save(ctx, t)
		})
		if err != nil {
			return c.to.store.wrap("write "+to.name, err)
		}
		c.advance(rows.count)
		crash.Here("page copied")
	}
	if !c.to.store.traits.PlansByCost {
		return nil
	}
	_, err := c.to.own.conn.ExecContext(ctx, "ANALYZE "+to.name)
	return c.to.store.wrap("analyze tables", err)
}

// compare reads both stores and returns what is in the one that was copied.
func (c *copying) compare(ctx context.Context) (tables []CopiedTable, err error) {
	var different []string
	for i := range copiedTables {
		from, to := &c.from.tables[i], &c.to.tables[i]
		if err := c.step(ctx, "comparing ", from); err != nil {
			return nil, err
		}
		types := valueTypes(from, to)
		ours, err := c.from.digest(ctx, from, types, 0, c.advance)
		if err != nil {
			return nil, c.from.store.wrap("read "+from.name, err)
		}
		tables = append(tables, ours)
		if c.dryRun {
			continue
		}
		theirs, err := c.to.digest(ctx, to, types, c.pass.ID, func(int) {})
		if err != nil {
			return nil, c.to.store.wrap("read "+to.name, err)
		}
		if ours != theirs {
			different = append(different, from.name)
		}
	}
	c.pass.Counts = Counts{Read: c.position.Rows, Inserted: c.position.Rows}
	if len(different) == 0 {
		return tables, nil
	}
	c.position.Differs = true
	err = c.to.transact(ctx, c.to.own, func(t *tx) error { return c.save(ctx, t) })
	return tables, errors.Join(&CopyDiffersError{different}, c.to.store.wrap("note the difference", err))
}

func (c *copying) step(ctx context.Context, what string, t *copyTable) error {
	if c.progress == nil {
		return nil
	}
	var rows int64
	err := c.from.own.conn.QueryRowxContext(ctx, c.from.store.db.Rebind(
		"SELECT count(*) FROM "+t.name+" WHERE store_id = ?"), c.from.store.id).Scan(&rows)
	c.progress.Step(what+t.name, rows)
	return c.from.store.wrap("count "+t.name, err)
}

func (c *copying) advance(rows int) {
	if c.progress != nil {
		c.progress.Advance(rows)
	}
}
